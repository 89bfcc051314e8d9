"""The guard list of a license: what must never be made of the likeness, each entry with its source."""
