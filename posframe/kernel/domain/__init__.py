"""The domain: pure values and functions. No clock, disk, network, random source or plugin."""
