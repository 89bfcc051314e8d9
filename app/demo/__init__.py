"""The marketplace with invented sample data, and a walk of one deal from listing to expiry, over HTTP."""
