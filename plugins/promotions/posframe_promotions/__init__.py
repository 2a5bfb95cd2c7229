"""Promotions for posframe tills: offers as data, assigned for the largest saving, explained."""
