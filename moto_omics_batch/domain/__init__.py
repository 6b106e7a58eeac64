"""How HealthOmics resources live: plain Python, no moto, no botocore, no HTTP."""
