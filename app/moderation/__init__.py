"""The platform's side: reviews packages before they are listed."""
