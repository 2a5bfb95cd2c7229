"""Simulators: devices that speak the wire, written from protocol tables, not from our codecs."""
