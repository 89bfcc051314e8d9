"""A performer's own recorded wishes, which bind everyone who licenses the likeness."""
