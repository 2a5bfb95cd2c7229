"""Training: the shadow till, lessons as data, the coach who follows them, and the record of it."""
