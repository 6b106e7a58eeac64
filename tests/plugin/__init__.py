"""Tests of the pytest plugin and of the registration with moto."""
