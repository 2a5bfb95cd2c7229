"""Offers, goods and a check of them in a few words."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

from posframe import Ware
from posframe_promotions.check_findings import Listed
from posframe_promotions.check_goods import Shelf
from posframe_promotions.check_impossible import Surroundings
from posframe_promotions.checking import check_offers
from posframe_promotions.offers import read_offers

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NOON_US = int(datetime(2026, 11, 22, 11, tzinfo=UTC).timestamp()) * 1_000_000
"""A Sunday, twelve o'clock in Berlin."""
WARES = (
    Ware(sku="PEN", name="Pen", department="Office", codes=("04006381333931",), price_minor=150),
    Ware(sku="PAD", name="Pad", department="Office", price_minor=400, floor_minor=300),
    Ware(sku="INK", name="Ink", department="Office", price_minor=1_300),
    Ware(sku="TEA", name="Tea", department="Food", price_minor=250, floor_minor=200),
    Ware(sku="HAM", name="Ham", department="Food", price_minor=1_990, weighed=True),
    Ware(sku="FIX", name="Repair", department="Service"),
)
SHELF = Shelf(WARES)
NO_SHELF = Shelf(None)
PENS = {"kind": "unit_percent", "percent": "10", "skus": ["PEN"]}
THREE_PENS = {"kind": "cheapest_percent", "n": 3, "percent": "100", "skus": ["PEN"]}


def listed(*tables):
    """Return offers as a file ``offers.toml`` has them; a table without an id gets a letter."""
    named = [{"id": chr(ord("a") + at), **table} for at, table in enumerate(tables)]
    offers = read_offers(named, currency="EUR", where="offers.toml: offer")
    return [Listed(offer, "offers.toml", at) for at, offer in enumerate(offers)]


def check(*tables, shelf=SHELF, tenders=("cash", "card"), at_us=NOON_US):
    """Check offers on Sunday noon."""
    around = Surroundings(currency="EUR", zone=BERLIN, at_us=at_us, tenders=tenders)
    return check_offers(listed(*tables), shelf, around)


def findings(*tables, **more):
    """Return (offer, kind, path) of what a check finds, in its order."""
    return [(each.offer, each.kind, each.path) for each in check(*tables, **more).findings]


def only(*tables, **more):
    """Return the one finding that there is."""
    (finding,) = check(*tables, **more).findings
    return finding
