"""Catalogues to test with, and what fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW_US = 1_800_000_000_000_000


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    with Catalogue.in_memory() as opened:
        yield opened


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write lines to a file and give its path."""

    def write(*lines: str, encoding: str = "utf-8", name: str = "items.csv") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return path

    return write


def item(sku: str, name: str = "Thing", *codes: str, **more: Any) -> NewItem:
    """Make an item to put, its codes given as text."""
    return NewItem(sku=sku, name=name, codes=tuple(map(ItemCode, codes)), **more)


def names(catalogue: Catalogue, text: str, **options: Any) -> list[str]:
    """Search and give the names found, in order."""
    return [hit.item.name for hit in catalogue.search(text, at_us=NOW_US, **options)]
