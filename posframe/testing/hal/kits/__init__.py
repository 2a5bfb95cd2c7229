"""The kits of the drivers that come with posframe, each beside those of its device class."""
