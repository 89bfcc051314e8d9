"""The HTTP edge: one transaction a request, problem details, idempotency keys, pages of lists, headers, logs."""
