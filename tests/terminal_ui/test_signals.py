"""Sounds: a scanner is told whether its code was taken, and a refusal is heard at the till."""

from __future__ import annotations

import pytest

from posframe import RuleViolation
from posframe.testing.tills import make_till
from posframe_terminal.counter import Counter
from posframe_terminal.door import Scanned, Typed


@pytest.fixture
def heard(monkeypatch, tmp_path):
    with make_till(tmp_path) as till:
        heard = []
        monkeypatch.setattr(till.devices, "signal", lambda **words: heard.append(words))
        yield Counter(till), heard


async def test_a_scan_that_is_taken_is_told_to_its_scanner(heard):
    counter, signals = heard
    await counter.submit(Scanned(screen="sale", code="4006381333931", source="hand"))
    assert signals == [{"good": True, "source": "hand"}]


async def test_a_scan_that_is_refused_is_told_to_its_scanner(heard):
    counter, signals = heard
    with pytest.raises(RuleViolation):
        await counter.submit(Scanned(screen="sale", code="4006381333948", source="hand"))
    assert signals == [{"good": False, "source": "hand"}]


async def test_what_is_typed_is_heard_only_when_it_is_refused(heard):
    counter, signals = heard
    await counter.submit(Typed(screen="sale", text="4006381333931"))
    assert signals == []
    with pytest.raises(RuleViolation):
        await counter.submit(Typed(screen="sale", text="4006381333948"))
    assert signals == [{"good": False, "source": ""}]
