"""What a driver says of itself is so: its spec, its capabilities, its options, its secrets."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.driver import DEVICE_CLASSES, Driver
from posframe.hal.driver_classes import (
    DisplayDriver,
    DrawerDriver,
    InputDriver,
    PrinterDriver,
    ScaleDriver,
    ToneDriver,
)
from posframe.hal.errors import Unsupported
from posframe.hal.facts import INPUT, Scan, WireNoise
from posframe.hal.option_docs import option_docs
from posframe.hal.options import read_options
from posframe.hal.progress import Outcome
from posframe.hal.uri import unknown_name
from posframe.testing.hal.kit import CAPABILITIES
from posframe.testing.hal.suite.questions import questions
from posframe.testing.hal.suite.runs import Line, exchange_of, perform, reference
from posframe.testing.hal.suite.selection import needs
from posframe.testing.hal.workbench import Workbench, workbench

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit

CLASSES: dict[str, Any] = {
    "printer": PrinterDriver,
    "drawer": DrawerDriver,
    "display": DisplayDriver,
    "scale": ScaleDriver,
    "scanner": InputDriver,
    "card": InputDriver,
    "keylock": InputDriver,
    "tone": ToneDriver,
}
ASKED_S = 30.0
TARE_G = 50


async def test_the_spec_says_what_the_driver_is(kit: Kit) -> None:
    """A name that fits into an address, a title, known words, and the methods of its class."""
    spec = kit.spec
    assert re.fullmatch(r"[a-z0-9_-]+", spec.name), f"{spec.name!r} cannot stand in an address"
    assert spec.title, "The title is what lists show"
    assert spec.transports, "It works over some transport"
    assert spec.device_class in DEVICE_CLASSES
    for word in spec.capabilities:
        assert word in CAPABILITIES, (
            f"{word!r} is no capability: {unknown_name('there are', word, CAPABILITIES)}"
        )
    async with workbench(kit, start=False) as bench:
        driver = bench.driver
    kind = CLASSES.get(spec.device_class, Driver)
    assert isinstance(driver, kind), f"A driver of class {spec.device_class} is a {kind.__name__}"


def test_options_have_defaults_and_words(kit: Kit) -> None:
    """An address without options is enough, and each option says what it is."""
    assert read_options(kit.spec, {}) is not None or kit.spec.options is None
    silent = [option.name for option in option_docs(kit.spec) if not option.words]
    assert not silent, f"Options without a docstring below them: {silent}"


def test_unknown_options_are_refused_with_a_suggestion(kit: Kit) -> None:
    """Point 20: a misspelt option is an error that names the right one."""
    names = [option.name for option in option_docs(kit.spec)]
    for name in names or ["baudrate"]:
        with pytest.raises(ConfigurationError) as refusal:
            read_options(kit.spec, {f"{name}x": "1"})
        wanted = f"{name!r}" if names else "none"
        assert wanted in refusal.value.hint, f"{name}x: the hint is {refusal.value.hint!r}"


@needs("scale")
@pytest.mark.parametrize("name", ["zero", "tare", "price"])
async def test_what_a_scale_cannot_do_it_refuses_unsent(kit: Kit, name: str) -> None:
    """Point 16: declared, it does something; not declared, it says so and sends nothing.

    Some take a known tare only, others only what lies on them.
    """
    asks: dict[str, tuple[Callable[[Any], Any], ...]] = {
        "zero": (lambda driver: driver.zero(ASKED_S),),
        "tare": (
            lambda driver: driver.tare(None, ASKED_S),
            lambda driver: driver.tare(TARE_G, ASKED_S),
        ),
        "price": (lambda driver: driver.price(199, "Apples", ASKED_S),),
    }
    refused = []
    for each in asks[name]:

        async def ask(bench: Workbench, progress: Progress, each: Any = each) -> Any:  # noqa: ANN401
            del progress
            return await each(bench.driver)

        run = await perform(kit, work=ask)
        assert not run.bug, run.bug
        refused.append(isinstance(run.error, Unsupported))
        sent = run.sent - run.start_sent
        assert not (refused[-1] and sent), f"{name} is refused, and {sent} bytes were sent"
    if name in kit.spec.capabilities:
        assert not all(refused), f"It declares {name!r} and refuses it"
    else:
        assert all(refused), f"{name} is not declared, and not refused"


@needs("printer", "drawer")
async def test_only_what_can_be_confirmed_is_said_to_be_done(kit: Kit) -> None:
    """Point 16: a driver that confirms declares how, and one that does not never says DONE."""
    good = await reference(kit)
    confirming = {"fence", "confirms", "sensor"} & kit.spec.capabilities
    if confirming:
        assert good.progress.outcome is Outcome.DONE, (
            f"It declares {', '.join(sorted(confirming))}; {good.progress.outcome.value} came out"
        )
    else:
        assert good.progress.outcome is Outcome.UNKNOWN, "Nothing confirms, so nobody knows"
        assert good.progress.sent, "All was handed over, and it does not say so"


@needs("scanner", capability="aim")
async def test_the_symbology_comes_with_the_code(kit: Kit) -> None:
    """Point 16: declared, the AIM identifier stands beside the code and not in it."""
    good = await reference(kit)
    scans = [fact for fact in good.value if isinstance(fact, Scan)]
    assert scans, "The stimulus leads to no scan"
    wrong = [scan for scan in scans if not re.fullmatch(r"\][A-Za-z].", scan.aim)]
    assert not wrong, f"Without an AIM identifier such as ]E0: {wrong}"
    mixed = [scan for scan in scans if scan.code.startswith(scan.aim)]
    assert not mixed, f"The AIM identifier stands in the code: {mixed}"


@needs("card")
def test_a_reader_of_cards_keeps_its_wire_log_empty(kit: Kit) -> None:
    """Point 14: what a card holds may be personal, so the spec is marked `secret`."""
    assert kit.spec.secret, "A card reader's DriverSpec has secret=True"


@needs("card", field="secrets")
async def test_a_secret_is_nowhere_to_be_found(kit: Kit, caplog: pytest.LogCaptureFixture) -> None:
    """Point 14: what has to be refused is in no fact, error, log, text form or attribute."""
    line, shown = Line(kit.simulator()), []

    async def present(bench: Workbench, progress: Progress) -> None:
        del progress
        bench.line.act(kit.secret_act or kit.stimulus)
        await anyio.sleep(1.0)
        shown.append(repr(bench.driver))
        shown.append(repr(_belongings(bench.driver)))

    with caplog.at_level(logging.DEBUG):
        run = await perform(kit, line, present)
    assert not run.bug, "The driver crashed on what it has to refuse"
    assert not [fact for fact in run.facts if isinstance(fact, INPUT) and _is_taken(fact)], (
        "What has to be refused was taken"
    )
    samples = [fact.sample for fact in run.facts if isinstance(fact, WireNoise)]
    shown += [repr(run.facts), repr(run.conditions), repr(run.error), caplog.text, repr(samples)]
    found = [at for at, word in enumerate(kit.secrets) if any(word in each for each in shown)]
    assert not found, f"Secrets number {found} of the kit can be found"


@needs("scale", "display", "tone", "printer", "drawer")
def test_the_kit_asks_something(kit: Kit) -> None:
    """A device that is asked has no stimulus: its exchange is the question."""
    assert not kit.stimulus, "A stimulus is for devices that send unasked"
    assert set(questions(kit)) > {"check"}


@needs("scanner", "card", "keylock")
async def test_the_kit_says_what_is_sent(kit: Kit) -> None:
    """A device that sends unasked has a stimulus and the facts it leads to; asked, it is silent."""
    assert kit.stimulus, "The kit gives the act after which the device sends something"
    assert kit.expected, "The kit gives the facts that this leads to"

    async def only_ask(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        with anyio.fail_after(ASKED_S):
            return await kit.golden(bench.driver, progress)

    run = await perform(kit, work=only_ask)
    assert not run.bug, run.bug
    assert not run.facts, f"Nobody did anything, and it reports {run.facts}"
    assert (await perform(kit, work=exchange_of(kit))).value == kit.expected


def _is_taken(fact: Any) -> bool:  # noqa: ANN401 - one of the facts of input
    return type(fact).__name__ in {"Scan", "CardRead", "KeylockTurned"}


def _belongings(driver: Any, depth: int = 0, seen: set[int] | None = None) -> list[Any]:  # noqa: ANN401
    """Return what a driver holds, as deep as its own objects go, without line and setup."""
    seen = set() if seen is None else seen
    if id(driver) in seen or depth > 6:
        return []
    seen.add(id(driver))
    held: list[Any] = []
    for value in list(getattr(driver, "__dict__", {}).values()):
        if type(value).__name__ in {"DeviceSetup", "Line"}:
            continue
        held.append(value if isinstance(value, (bytes, str, bytearray)) else repr(value))
        held += _belongings(value, depth + 1, seen)
    return held
