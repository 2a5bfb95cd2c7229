"""What ``posframe hal test`` does with a device of each class, and says about it.

A trial does what a person can check and ends in a sentence. It returns whether all was well as far
as the device can tell; the rest is for the person's eyes and ears.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import anyio

from posframe.cli.hal_page import test_page
from posframe.cli.hal_target import say_state
from posframe.errors import DeviceError
from posframe.hal.drawers import ConnectorDrawer, OwnDrawer
from posframe.hal.facts import (
    CardRead,
    CardRefused,
    CoverChanged,
    DeviceState,
    DrawerChanged,
    KeylockTurned,
    Overrun,
    PaperChanged,
    Scan,
    ScanRejected,
    StateChanged,
    TokenRemoved,
    WireNoise,
)
from posframe.hal.printing import SupervisedPrinter
from posframe.hal.progress import Outcome
from posframe.kernel.domain import card_guard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe.cli.hal_target import Session
    from posframe.hal.facts import Fact
    from posframe.hal.weights import Reading

    Say = Callable[[str], None]
    Shown = Callable[[str], str]
    Trial = Callable[[Session, Say, float], Awaitable[bool]]

PRINT_S = 25.0
KICK_S = 5.0
SENSOR_S = 1.5
"""Time for a drawer to spring open and its sensor to be heard."""
READ_S = 1.5
TONES = ((150, 150),) * 3


async def try_device(session: Session, say: Say, seconds: float) -> bool:
    """Try a device that is being connected; ``seconds`` is how long it is watched or listened to.

    Returns whether all was well as far as the device can tell.
    """
    state = await session.settled()
    if state is not DeviceState.READY:
        say_state(session.device, say)
    if not state.is_usable:
        return False
    return await TRIALS[session.target.device_class](session, say, seconds)


async def _print(session: Session, say: Say, _seconds: float) -> bool:
    driver: Any = session.driver

    def unprintable(text: str) -> str:
        return driver.unprintable(text) if driver is not None else ""

    moment = time.strftime("%Y-%m-%d %H:%M")
    page, lacking = test_page(session.target.name, moment, session.target.uri, unprintable)
    result = await SupervisedPrinter([session.device]).submit(
        page, job_id=uuid.uuid4().hex, deadline_s=PRINT_S
    )
    well = result.sent or result.outcome is Outcome.DONE
    if result.outcome is Outcome.DONE:
        say("printed, and confirmed by the printer. Look whether all of it can be read")
    elif well:
        say(f"sent, not confirmed: {result.detail}. Look whether the page came out whole")
    else:
        say(f"{result.outcome.value}: {result.detail}")
    if lacking:
        say(f"letters it lacks, which print as others or as ?: {lacking}")
    return well


async def _kick(session: Session, say: Say, _seconds: float) -> bool:
    options = session.target.connector
    drawer = ConnectorDrawer(session.device, options) if options else OwnDrawer(session.device)
    driver: Any = session.driver
    if getattr(driver, "is_open", None) is True:
        say("the sensor says that the drawer stands open: close it and try again")
        return False
    session.drop_events()
    result = await drawer.kick(deadline_s=KICK_S)
    if result.outcome is Outcome.NOT_STARTED or not (result.sent or result.outcome is Outcome.DONE):
        say(f"{result.outcome.value}: {result.detail}")
        return False
    if result.outcome is Outcome.DONE or await _seen_open(session):
        say("opened, and confirmed")
        return True
    say("the pulse was sent, and no sensor tells what became of it: look at the drawer")
    if options is not None:
        other = 5 if options.pin == 2 else 2
        say(f"  if it stayed closed, try ?pin={other}, then a longer ?on_ms=200")
    return True


async def _seen_open(session: Session) -> bool:
    with anyio.move_on_after(SENSOR_S):
        while True:
            event = await session.event()
            if event.fact == DrawerChanged(open=True):
                return True
    return False


async def _show(session: Session, say: Say, seconds: float) -> bool:
    driver: Any = session.driver
    columns, rows = getattr(driver, "columns", 20), getattr(driver, "rows", 2)
    ruler = "1234567890" * (columns // 10 + 1)
    lines = ("posframe  äöü € test"[:columns], ruler[:columns])[:rows]
    await session.device.perform(lambda each: each.show(lines), deadline_s=READ_S * 2)
    say("the display was told to show:")
    for line in lines:
        say(f"  {line}")
    await anyio.sleep(min(seconds, 5.0))
    await session.device.perform(lambda each: each.clear(), deadline_s=READ_S * 2)
    say("and then to go blank. Letters that came out wrong: set encoding in its address")
    return True


async def _weigh(session: Session, say: Say, seconds: float) -> bool:
    say(f"put something on the scale; it is read for {seconds:g} s")
    heard, shown, trouble = 0, "", ""
    with anyio.move_on_after(seconds):
        while True:
            try:
                reading = await session.device.perform(
                    lambda scale: scale.read(READ_S), deadline_s=READ_S * 2
                )
                words, heard = reading_words(reading), heard + 1
            except DeviceError as error:
                words = trouble = str(error)
            if words != shown:
                say(f"  {words}")
                shown = words
            await anyio.sleep(getattr(session.driver, "poll_s", 0.2))
    if heard:
        say(f"{heard} readings. Compare the last one with the scale's own display")
        return True
    say(f"no reading came: {trouble or 'the scale is silent'}")
    return False


async def _listen(session: Session, say: Say, seconds: float) -> bool:
    say(f"{_ASKED[session.target.device_class]}; it is listened to for {seconds:g} s")
    count = 0
    with anyio.move_on_after(seconds):
        while True:
            event = await session.event()
            if isinstance(event.fact, StateChanged):
                if event.fact.reason:
                    say_state(event.fact, say)
                continue
            say(f"  {fact_words(event.fact, secret=session.target.plan.spec.secret)}")
            if isinstance(event.fact, (Scan, CardRead, KeylockTurned)):
                count += 1
                await _beep(session)
    if count:
        say(f"read {count} times")
        return True
    say("nothing was read. If it beeped: compare its settings with the address (suffix, baud,")
    say("layout), and look at the bytes with: posframe hal monitor DEVICE --wire")
    return False


async def _beep(session: Session) -> None:
    try:
        await session.device.perform(lambda reader: reader.feedback(good=True), deadline_s=READ_S)
    except DeviceError:
        return  # what was read counts, not the beep


async def _sound(session: Session, say: Say, _seconds: float) -> bool:
    await session.device.perform(lambda tone: tone.sound(TONES), deadline_s=READ_S * 2)
    say(f"it was told to sound {len(TONES)} times: did you hear it?")
    return True


_ASKED = {
    "scanner": "scan something",
    "card": "present a card or key, and take it away",
    "keylock": "turn the key",
}
TRIALS: dict[str, Trial] = {
    "printer": _print,
    "drawer": _kick,
    "display": _show,
    "scale": _weigh,
    "scanner": _listen,
    "card": _listen,
    "keylock": _listen,
    "tone": _sound,
}
"""By device class."""


def reading_words(reading: Reading) -> str:
    """Return what a scale says: ``1.250 kg, stable``."""
    parts = [str(reading.weight)] if reading.weight is not None else []
    parts.append(reading.load.value)
    if reading.net:
        parts.append("net")
    return ", ".join((*parts, *([reading.detail] if reading.detail else [])))


def fact_words(fact: Fact, *, secret: bool) -> str:
    """Return a fact in words; of what is personal only how long it is and how it ends."""
    words = _WORDS.get(type(fact))
    text = words(fact, _hidden if secret else _visible) if words else _plain(fact)
    return card_guard.shown(text)


def _plain(fact: Fact) -> str:
    name = "".join(f" {one.lower()}" if one.isupper() else one for one in type(fact).__name__)
    values = (getattr(fact, field.name) for field in fact.__attrs_attrs__)
    return f"{name.strip()}: {', '.join(str(value) for value in values)}"


def _hidden(text: str) -> str:
    return f"of {len(text)} characters, ending in {text[-3:]}" if len(text) > 6 else "(short)"


def _visible(text: str) -> str:
    """Return ``text`` with its control characters written out, such as the GS of GS1 codes."""
    names = {"\x1d": "<GS>", "\x1e": "<RS>", "\x04": "<EOT>"}
    return "".join(
        one if one.isprintable() else names.get(one, f"<{ord(one):02X}>") for one in text
    )


def _state_words(fact: Any, _shown: Shown) -> str:  # noqa: ANN401 - a StateChanged
    return f"{fact.state.value}: {fact.reason}" if fact.reason else str(fact.state.value)


def _scan_words(fact: Any, shown: Shown) -> str:  # noqa: ANN401 - a Scan
    aim = f", AIM {fact.aim}" if fact.aim else ""
    return f"scan {shown(fact.code)}{aim}, {len(fact.code)} characters"


def _noise_words(fact: Any, shown: Shown) -> str:  # noqa: ANN401 - a WireNoise
    sample = f": {fact.sample.hex(' ')}" if fact.sample and shown is _visible else ""
    return f"noise, {fact.length} bytes{sample}"


_WORDS: dict[type, Callable[[Any, Shown], str]] = {
    StateChanged: _state_words,
    Scan: _scan_words,
    ScanRejected: lambda fact, _: f"rejected: {fact.reason}, {fact.length} characters",
    CardRead: lambda fact, shown: f"{fact.kind} {shown(fact.token)}",
    CardRefused: lambda fact, _: f"card refused: {fact.reason}",
    TokenRemoved: lambda fact, _: f"{fact.kind} taken away",
    KeylockTurned: lambda fact, _: f"key at position {fact.position}",
    DrawerChanged: lambda fact, _: f"drawer {'open' if fact.open else 'closed'}",
    PaperChanged: lambda fact, _: f"paper {fact.paper}",
    CoverChanged: lambda fact, _: f"cover {'open' if fact.open else 'closed'}",
    WireNoise: _noise_words,
    Overrun: lambda fact, _: f"overrun, {fact.dropped} dropped",
}
