"""Read models folded from the journal."""
