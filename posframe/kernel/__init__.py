"""The kernel: a pure domain, the hooks around it, and the engine that drives it."""
