"""Taxes of till.toml: entries, the days and places they apply to, and the profile they make."""
