"""What the catalog decides and reckons by itself: whether a package is complete, and what a use may cost."""
