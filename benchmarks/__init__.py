"""Benchmarks: ratios of two measurements of the same run. Run them with `make bench`."""
