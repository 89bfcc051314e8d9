"""For studios and brands: asking for a license, paying for it, reporting its use."""
