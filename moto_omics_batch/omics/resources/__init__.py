"""One module for each resource family of HealthOmics."""
