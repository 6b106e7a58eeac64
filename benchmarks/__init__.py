"""Speed, as ratios of two things that are measured side by side in one run: `make bench`."""
