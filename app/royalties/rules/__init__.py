"""What usage earns and who gets it: values in, values out; no clock, no database."""
