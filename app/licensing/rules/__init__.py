"""Pure decisions about licenses: values in, values out."""
