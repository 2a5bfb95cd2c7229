"""The one place that says which posframe this is."""

__version__ = "0.1.0"
