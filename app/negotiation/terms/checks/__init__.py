"""What must fit together in a proposal. Each check names the part concerned and says what to do."""
