"""Loyalty cards for posframe tills: members by card number, and their points."""
