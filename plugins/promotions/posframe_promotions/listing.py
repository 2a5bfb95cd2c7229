"""The offers a command is about: of the files it names, or of the till it is told."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posframe_promotions.check_findings import Listed
from posframe_promotions.fields import OfferError
from posframe_promotions.files import load_tables
from posframe_promotions.offers import check_unique, read_offers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe import ShopReader

PLUGIN = "promotions"
_INLINE = "plugins.promotions.offers"


def offers_of_paths(files: Iterable[Path], currency: str) -> list[Listed]:
    """Return the offers of files, in their order.

    Raises:
        OfferError: one cannot be read, or two have one id.
    """
    return _listed(load_tables(Path(), [str(file) for file in files], currency), currency)


def offers_of_shop(shop: ShopReader) -> list[Listed]:
    """Return the offers that a till names in its settings, those of other stores too.

    Raises:
        OfferError: one cannot be read, or two have one id.
    """
    settings = shop.settings(PLUGIN)
    tables = load_tables(shop.folder, settings.get("files", ()), shop.currency)
    inline = settings.get("offers")
    return _listed({**tables, **({_INLINE: inline} if inline else {})}, shop.currency)


def currency_of(file: Path) -> str:
    """Return the currency that a file of offers says its amounts are in.

    Raises:
        OfferError: it cannot be read, or says none.
    """
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8")).get("currency")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OfferError(
            str(file), f"cannot be read ({error})", hint="it is a TOML file in UTF-8"
        ) from error
    if not isinstance(found, str):
        raise OfferError(
            f"{file}: currency", "is missing", hint='write currency = "EUR" at the top'
        )
    return found


def _listed(tables: Mapping[str, list[Any]], currency: str) -> list[Listed]:
    listed: list[Listed] = []
    for name, found in tables.items():
        offers = read_offers(found, currency=currency, where=f"{name}: offer")
        listed += [Listed(offer, name, at) for at, offer in enumerate(offers)]
    check_unique(
        [each.offer for each in listed], [f"{each.file}: {each.path()}" for each in listed]
    )
    return listed
