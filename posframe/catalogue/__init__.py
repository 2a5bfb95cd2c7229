"""The catalogue: what a shop sells, its codes, its prices over time, search and import.

It is a file of its own beside the journal. What was sold, and at which price, is the journal's.
"""
