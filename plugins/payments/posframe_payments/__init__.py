"""Media of payment for posframe tills."""
