"""Pure decisions about availability: values in, values out; no clock, no database, no framework."""
