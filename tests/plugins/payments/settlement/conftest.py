"""A till that takes cards, for commands of settlement."""

from __future__ import annotations

import pytest

from tests.plugins.payments.settlement.card_shop import CardShop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    shop = CardShop(tmp_path / "till", monkeypatch)
    yield shop
    shop.close()
