"""The demonstration shop: where its files are. Reading them is the catalogue's and the plugins'.

Products and brands are invented, cards belong to nobody. The codes are of ranges no product can
have: GS1 prefix 952 (kept for demonstrations), and numbers for use within one company (EAN-8
beginning with 200, UPC-A beginning with 4).
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def products_path() -> Path:
    """Return the product list: CSV, UTF-8, with a header; several codes are separated by ``|``."""
    return _HERE / "products.csv"


def prices_paths() -> dict[str, Path]:
    """Return the price lists by id: CSV, as ``posframe prices import`` reads it."""
    return {"member": _HERE / "member-prices.csv", "bulk": _HERE / "bulk-prices.csv"}


def offers_path() -> Path:
    """Return the offers: TOML, for the plugin promotions."""
    return _HERE / "offers.toml"


def members_path() -> Path:
    """Return the loyalty cards: CSV with card number and points, and no person behind them."""
    return _HERE / "members.csv"
