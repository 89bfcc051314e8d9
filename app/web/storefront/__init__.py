"""Open to everybody: the catalog, one package, portraits, and how to use the API."""
