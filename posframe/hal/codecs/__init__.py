"""Codecs: bytes in, meaning out, and the other way round. They do no input or output."""
