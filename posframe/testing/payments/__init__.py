"""The conformance suite for payment providers, and a gateway in memory to try it on."""
