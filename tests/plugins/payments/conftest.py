"""Tills for the methods without a wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugins.payments.desks import ACCOUNT, GIFT, USD, Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    """Open a till with more settings."""
    opened: list[Desk] = []

    def open_(settings: str) -> Desk:
        opened.append(Desk(tmp_path, settings))
        return opened[0]

    yield open_
    for desk in opened:
        desk.till.close()


@pytest.fixture
def desk(desk_with: Callable[[str], Desk]) -> Desk:
    """Open a till with every method."""
    return desk_with(GIFT + ACCOUNT + USD)
