"""Access to the other AWS services that HealthOmics works with: one module for each of them."""
