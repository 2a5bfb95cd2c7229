"""Scales that speak the A&D standard format: a driver for posframe tills."""
