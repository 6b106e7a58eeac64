"""Storage: reference stores, sequence stores, and what they contain (S rules).

Imported with the first request to one of them.
"""
