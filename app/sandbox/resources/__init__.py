"""What the payment sandbox offers, one module per kind of thing: `routes`, and plain functions for the others."""
