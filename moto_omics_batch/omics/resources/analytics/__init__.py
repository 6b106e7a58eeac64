"""Analytics: variant stores, annotation stores and their versions, and imports (A rules).

Imported with the first request to one of them.
"""
