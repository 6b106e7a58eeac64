"""What the botocore model of HealthOmics says: routes, constraints, views, pages."""
