"""Tax settings in a few words, and what is made or said of them."""

from __future__ import annotations

import datetime

import pytest

from posframe.config import TillConfig
from posframe.errors import ConfigurationError
from posframe.settings_reader import read_table
from posframe.taxes.profile import tax_profile

EAT, TAKE = "eat_in", "take_away"
WAYS = (EAT, TAKE)
SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati",
    "Africa/Cairo", "America/Sao_Paulo", "Atlantic/Azores", "Asia/Beirut", "Pacific/Apia",
]  # fmt: skip


def us(text):
    """Return an ISO moment with its offset in microseconds since 1970 UTC."""
    return round(datetime.datetime.fromisoformat(text).timestamp()) * SECOND_US


NOW_US = us("2026-03-01T12:00:00+00:00")


def config_of(*entries, ways=(), entities=(), category=(), categories=(), **till):
    """Return the settings of a till whose tax category ``goods`` has these entries."""
    return read_table(
        TillConfig,
        {
            "format": 1,
            "till": {"id": "T01", "currency": "EUR", **till},
            "tax": {
                "fulfilments": list(ways),
                "categories": {
                    "goods": {"taxes": list(entries), **dict(category)},
                    **dict(categories),
                },
            },
            "entities": dict(entities),
        },
    )


def entry(code, rate="", **more):
    """Return an entry as it stands in till.toml; ``from_`` is written ``from``."""
    table = {"code": code, "label": code.upper(), **({"rate": rate} if rate else {}), **more}
    return {key.rstrip("_"): value for key, value in table.items()}


def profile_of(*entries, now_us=NOW_US, **settings):
    return tax_profile(config_of(*entries, **settings), now_us)


def codes(profile, at_us=NOW_US, way="", category="goods"):
    return [tax.code for tax in profile.taxes(category, way, at_us)]


def refusal(*entries, now_us=NOW_US, **settings):
    with pytest.raises(ConfigurationError) as refused:
        profile_of(*entries, now_us=now_us, **settings)
    assert refused.value.hint, "a refusal says what to do next"
    return refused.value
