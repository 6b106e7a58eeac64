"""What a test controls: settings of the mock, faults, and the same over HTTP."""
