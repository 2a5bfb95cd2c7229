"""A till that takes cards, for commands of settlement."""

from __future__ import annotations

import pytest

# A command opens a till for a moment, whose threads load these. pytest rewrites them as they are
# loaded, and Python 3.11 cannot parse in two threads at once.
import posframe.effects
import posframe.jobs
import posframe.payments
from tests.plugins.payments.settlement.card_shop import CardShop

_LOADED = (posframe.effects, posframe.jobs, posframe.payments)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    shop = CardShop(tmp_path / "till", monkeypatch)
    yield shop
    shop.close()
