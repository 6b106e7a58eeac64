"""The HealthOmics service in moto's dialect."""

from .models import omics_backends as omics_backends
