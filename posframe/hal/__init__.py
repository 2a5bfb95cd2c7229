"""The hardware layer: transports, codecs, drivers and their twins."""
