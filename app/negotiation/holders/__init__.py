"""What a holder of the rights does beside the two sides: sign an offer, or refuse it."""
