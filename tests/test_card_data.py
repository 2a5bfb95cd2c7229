"""A card's number that comes in by any door of a till is in none of its files, answers and logs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Annotated

import attrs
import pytest

from posframe.door import ask_running
from posframe.errors import RuleViolation
from posframe.kernel.contracts import CommandType, JobHandler
from posframe.kernel.domain import card_data, card_guard
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.event import event
from posframe.kernel.domain.identifiers import check_digit
from posframe.kernel.domain.sale_events import LineAdded
from posframe.kernel.hookspecs import hookimpl
from posframe.notices import notices
from posframe.script import Script
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till, memory_catalogue
from posframe.till import Ports
from posframe_terminal.line import LineMode
from tests.card_canaries import CANARIES, FORMS, VISA, found_in, found_under
from tests.kernel.shop import with_plugins

LOYALTY = '\n[plugins.loyalty]\ncard_prefix = "{}"\n'
ENTRIES = (
    "{}",
    "3 * {}",
    "{} *",
    "{} @ 500",
    "500 @ {}",
    "{} / 1",
    "199 / {}",
    "{} -",
    "{} %",
    "{} % 1",
    ".{}",
    ".customer {}",
    ".coupon {}",
    ".nocoupon {}",
    ".learn {} 199 Pencil",
    ".learn 96385074001 199 {}",
    ".learn 96385074001 199 dept={} Pencil",
    ".learn 96385074001 199 tax={} Pencil",
    ".learn 96385074001 {} Pencil",
    ".void 1 {}",
    ".void {}",
    ".qty {} 1",
    ".price 100 1 {}",
    ".price {} 1",
    ".off 1 1 {}",
    ".percent 10 all {}",
    ".fulfilment {}",
    ".loan 1.00 {}",
    ".nosale {}",
    ".reprint {}",
    ".reprint 1 {}",
    ".printed {}",
    ".resolve paid 1.00 {}",
    ".givenback {}",
    ".closebatch {}",
    ".find {}",
    ".why {}",
    ".recall {}",
    ".hold {}",
    ".enrol {}",
    ".enrol 952800000017 {}",
    ".points {}",
    ".receive {} 5",
    ".receive PEN 5 {}",
    ".count {} 5",
    ".stock {}",
    "@{}",
    "@customer {}",
    "@coupon {}",
    "@void {}",
    "@price {}",
    "@quantity {}",
    "@recall {}",
    "@reprint {}",
    "@find {}",
    "@hold {}",
    "name {}",
    ".cancel {}",
    "@cancel {}",
)
PAYING = ("{}", "{} cash", "10.00 {}", ".cancelpay {}")
SPELT = [FORMS[form](number) for number in CANARIES for form in ("plain", "in fours")]
SPELT += [spell(number) for spell in FORMS.values() for number in CANARIES[1:3]]


@attrs.frozen
class Tell:
    """A command of a careless plugin, which takes nothing."""


@event("careless.Said")
@attrs.frozen
class Said:
    """Whatever a careless plugin says."""

    words: Annotated[str, 1]
    data: Annotated[bytes, 2] = b""
    more: Annotated[tuple[str, ...], 3] = ()


class Careless:
    """A plugin that has a card's number in all it says, wherever it got it from."""

    def said(self):
        return Said(f"card {VISA}", VISA.encode(), ("a", VISA))

    @hookimpl
    def posframe_events(self):
        return [Said]

    @hookimpl
    def posframe_commands(self):
        return [CommandType(command=Tell, decide=lambda *_: (f"told {VISA}", [self.said()]))]

    @hookimpl
    def posframe_contribute(self, sale, events):
        return [self.said() for each in events if isinstance(each, LineAdded)]


class Failing:
    """A plugin that fails with a card's number in its words."""

    @hookimpl
    def posframe_line_price(self, sku, quantity_milli, pack_milli, groups, at_us):
        raise ValueError("bad", VISA)

    @hookimpl
    def posframe_receipt_sections(self, completed):
        raise KeyError(VISA)

    @hookimpl
    def posframe_committed(self, recorded):
        raise RuntimeError(f"cannot tell {VISA}")


class Objecting:
    """A plugin that repeats a card's number in what it has against a sale."""

    @hookimpl
    def posframe_before_line(self, sale, lines):
        pads = any(line.sku == "PAD" for line in lines)
        return RuleViolation(f"not {VISA}", hint=f"never {VISA}") if pads else None


class CarelessHandler(JobHandler):
    """A driver of a device that fails with what it was sent."""

    async def perform(self, job):
        raise OSError(f"{job.kind}: cannot write {VISA}")


@pytest.fixture
def switched_off(monkeypatch):
    """Let a till run without its guard: what then is found shows that the search finds."""
    monkeypatch.setattr(card_guard, "may_hold_card_data", lambda _text: False)
    monkeypatch.setattr(card_data, "find_card_numbers", lambda _text, _allow=None: ())


def open_till(folder, **more):
    settings = LOYALTY.format(more.pop("prefix", "9528"))
    names = ("payments", "loyalty", "inventory")
    return make_till(folder, plugins=names, settings=settings, **more)


def spoken_to(script, text):
    """Do every entry with a text in it, in a sale and without; return what was answered."""
    answers = [script.line("1 * PEN")]
    for entry in ENTRIES:
        answers += [script.line(entry.format(text)), script.scan(text)]
        if not script.till.state.transaction:
            answers.append(script.line("1 * PEN"))
    answers += [script.line("+")]
    answers += [script.line(entry.format(text)) for entry in PAYING]
    return json.dumps([*answers, script.line("@state"), script.line(".sale")])


def with_gtin_digit(digits):
    return digits + check_digit(digits)


def journal_of(till):
    """Return all rows as they read: also those that are compressed on disk."""
    return till.call(lambda: repr(list(till.parts.journal.read())))


def test_what_is_scanned_or_typed_is_nowhere(tmp_path, capfd, caplog):
    """By every entry, on both screens, in a sale and without one, in every spelling."""
    said = ""
    with open_till(tmp_path) as till:
        script = Script(till)
        for text in SPELT:
            said += spoken_to(script, text)
        said += journal_of(till) + repr(till.state) + repr(till.notices())
        assert till.state.till == "T01"
        till.parts.engine.checkpoint()
    assert not found_in(said)
    assert not found_under(tmp_path)
    assert not found_in("".join(capfd.readouterr()) + caplog.text)


def test_without_the_guard_it_is_found(tmp_path, switched_off):
    """The negative control: notes, reasons and learnt items were on disk, and read out again."""
    with open_till(tmp_path) as till:
        said = spoken_to(Script(till), VISA) + journal_of(till)
    assert found_in(said, [VISA])
    assert "till.db" in {name for name, _ in found_under(tmp_path, [VISA])} or found_under(tmp_path)


def test_a_scanned_card_is_refused_with_a_sentence_and_the_sale_goes_on(tmp_path):
    with open_till(tmp_path) as till:
        script = Script(till)
        script.line("1 * PEN")
        before = till.state
        for text in SPELT:
            answer = script.scan(text)
            assert not answer["accepted"]
            assert answer["message"].startswith("That looks like ")
            assert answer["hint"] == "the terminal reads cards, the till never does"
        assert till.state is before
        assert [script.line(entry)["accepted"] for entry in ("1 * PAD", "+", "")] == [True] * 3


def test_line_mode_says_nothing_of_it(tmp_path, capfd):
    with open_till(tmp_path) as till:
        line = LineMode(till)
        said = [line.answer(entry.format(text)) for entry in ENTRIES for text in SPELT[:4]]
        said += [line.scanned(text, "]C0") for text in SPELT]
    assert not found_in(repr(said))
    assert not found_under(tmp_path)


def test_nothing_of_it_comes_back_through_the_local_door(tmp_path):
    entries = [entry.format(text) for text in (VISA, FORMS["track 2"](VISA)) for entry in ENTRIES]
    with open_till(tmp_path) as till, till.door():
        answers = ask_running(tmp_path, entries)
    assert len(answers) == len(entries)
    assert not found_in(json.dumps(answers))
    assert not found_under(tmp_path)


def test_the_command_line_prints_nothing_of_it(tmp_path):
    """Neither its answers nor its complaints; the till's folder is on disk as in a shop."""
    open_till(tmp_path).close()
    script = "\n".join(entry.format(text) for text in SPELT[1:3] for entry in ENTRIES)
    ran = subprocess.run(
        [sys.executable, "-m", "posframe", "script", "--till", str(tmp_path)],
        input=script.encode(),
        capture_output=True,
        timeout=100,
        check=False,
    )
    assert ran.stdout.count(b"\n") == script.count("\n") + 1
    assert b"That looks like " in ran.stdout
    assert not found_in(ran.stdout + ran.stderr)
    assert not found_under(tmp_path)


def all_careless():
    return with_plugins(careless=Careless(), failing=Failing(), objecting=Objecting())


def say_all(till):
    """Have a careless plugin say and fail all it can; return what the till says of it."""
    script = Script(till)
    said = [script.line("1 * PEN")]
    said.append(till.do(Tell()).words)
    said += [script.line(entry) for entry in ("1 * PAD", "1 * PEN", "+", "", "1 * PEN")]
    till.receipt(till.state.last.transaction)
    outcome = till.do(cmd.AddItem(code="PAD"))
    assert not outcome.accepted
    said += [outcome.words, outcome.hint, str(outcome.error)]
    said += [script.line("@state"), till.notices()]
    said += [each.last_fault for each in till.hooks.plugins]
    return repr(said) + journal_of(till)


def test_what_a_plugin_says_is_masked_and_the_sale_goes_on(tmp_path, capfd, caplog):
    """Events of its own, its faults, its objections, its words: masked, and nothing is lost."""
    with all_careless(), open_till(tmp_path) as till:
        said = say_all(till)
        assert till.state.last_receipt_number == 1
        kept = [row.event for row in till.call(lambda: list(till.parts.journal.read()))]
    assert not found_in(said)
    assert not found_under(tmp_path)
    assert not found_in("".join(capfd.readouterr()) + caplog.text)
    masked = "*" * (len(VISA) - 4) + VISA[-4:]
    assert Said(f"card {masked}", masked.encode(), ("a", masked)) in kept
    assert any(masked in getattr(each, "message", "") for each in kept), "the fault is told"


def test_what_a_plugin_says_is_found_without_the_guard(tmp_path, switched_off):
    with all_careless(), open_till(tmp_path) as till:
        said = say_all(till)
    assert found_in(said, [VISA])
    assert found_under(tmp_path, [VISA])


def test_what_a_read_model_froze_with_is_told_without_it(tmp_path):
    with open_till(tmp_path) as till:
        words = notices(till.state, till.hooks, {"points": f"ValueError: no {VISA}"})
    assert words[0].startswith("The read model points is behind: ValueError: no ****")
    assert not found_in(words[0])


def test_a_driver_that_fails_with_it_leaves_no_trace(tmp_path, capfd, caplog):
    handlers = {kind: CarelessHandler() for kind in ("print", "kick")}
    ports = Ports(
        clock=ManualClock(), ids=CountingIds(), lock=False, handlers=handlers,
        catalogue=memory_catalogue(),
    )  # fmt: skip
    with open_till(tmp_path, ports=ports) as till:
        script = Script(till)
        for entry in ("1 * PEN", "+", ""):
            assert script.line(entry)["accepted"]
        deadline = time.monotonic() + 20
        while "OSError" not in repr(till.notices()) and time.monotonic() < deadline:
            time.sleep(0.01)
        said = repr(till.notices()) + repr(script.line("@state")) + journal_of(till)
    assert "cannot write ****" in said, "it did fail, and says so"
    assert not found_in(said)
    assert not found_under(tmp_path)
    assert not found_in("".join(capfd.readouterr()) + caplog.text)
