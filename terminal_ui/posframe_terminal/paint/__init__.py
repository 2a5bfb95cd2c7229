"""Painting: pure functions from a view to rows of styled text, one module a screen.

``paint(view, width, height)`` returns exactly ``height`` rows of exactly ``width`` cells.
Nothing here knows Textual; styles are names that ``theme`` gives colours to.
"""
