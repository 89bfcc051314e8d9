"""Pure decisions about changes of a deal: what each may touch, when it takes effect, what an option reserves."""
