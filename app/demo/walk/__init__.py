"""One deal, walked over HTTP from a draft to the last royalty after expiry. Each step checks what it shows."""
