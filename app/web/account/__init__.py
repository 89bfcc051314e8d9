"""For whoever signed in: sign-in itself, the home page, and what both sides of a deal look at."""
