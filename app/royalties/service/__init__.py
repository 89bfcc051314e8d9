"""The use cases: take in reports, issue statements, pay shares."""
