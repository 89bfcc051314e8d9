"""Pure decisions about what happens after the end: values in, values out."""
