"""Pure rules: which addresses may be called, how a message is signed and named, when it is tried again."""
