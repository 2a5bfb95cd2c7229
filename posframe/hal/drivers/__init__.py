"""Drivers: a device class, a codec and a transport put together. None knows another."""
