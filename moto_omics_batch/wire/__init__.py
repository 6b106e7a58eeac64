"""The wire format of HealthOmics: routes, requests, constraints, responses and pages."""
