"""Plan the calendar, announce it, and take what is filed about it."""
