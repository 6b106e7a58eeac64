"""Workflow definitions: what the service finds out by reading one (L80 to L94)."""
