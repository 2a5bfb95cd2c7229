"""A till that takes cards, for commands of settlement."""

from __future__ import annotations

import pytest

# A command opens a till for a moment, which loads these beside its threads. pytest rewrites them as
# they are loaded, and Python 3.11 cannot parse in two threads at once.
import posframe.effects
import posframe.jobs
import posframe.kernel.domain.entry_names
import posframe.payments
from tests.plugins.payments.settlement.card_shop import CardShop

_LOADED = (posframe.effects, posframe.jobs, posframe.payments, posframe.kernel.domain.entry_names)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    shop = CardShop(tmp_path / "till", monkeypatch)
    yield shop
    shop.close()


@pytest.fixture
def printing_shop(tmp_path, monkeypatch):
    shop = CardShop(tmp_path / "till", monkeypatch, prints=True)
    yield shop
    shop.close()
