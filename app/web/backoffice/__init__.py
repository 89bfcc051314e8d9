"""For administrators of the platform: the review queue, statement runs and the demo clock."""
