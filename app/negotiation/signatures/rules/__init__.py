"""Pure decisions about signatures: who stands on the licensor's side, what changed, what is awaited."""
