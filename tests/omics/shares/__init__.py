"""Tests of shares, and of workflows of other accounts (A63 to A94)."""
