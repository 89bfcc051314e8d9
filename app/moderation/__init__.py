"""The platform's side: reviews packages before they are listed, and follows up authority that failed."""
