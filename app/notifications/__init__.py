"""Mail to parties about what happened. It only listens; nothing depends on a message having arrived."""
