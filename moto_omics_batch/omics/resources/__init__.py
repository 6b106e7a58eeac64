"""The resources of HealthOmics: one module for each family."""
