"""Laws of scenarios: each step at its time, the same in every run; a slip names its line."""

from __future__ import annotations

import anyio
import pytest

from posframe.errors import DataError
from posframe.hal.simulators.scenario import FORM, do, parse_scenario, play, usages
from posframe.hal.simulators.simulator import Act
from posframe.hal.transports import TransportError
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.echo_device import EchoDevice

STORY = """\
# A day in the life of a device
at 2.5 say hello
after 3 pull                      # at 5.5
after 5 plug                      # at 10.5
fault on 57 delay 2 x3            # from then on
at 20 say again
after 0.125 s say once more
"""


@pytest.fixture(scope="module")
def anyio_backend():
    return VIRTUAL_TIME


def times(steps):
    return [(step.line, step.at_ms, step.words) for step in steps]


def test_steps_have_their_times_from_the_beginning_or_from_the_step_before():
    assert times(parse_scenario(STORY)) == [
        (2, 2500, "say hello"),
        (3, 5500, "pull"),
        (4, 10500, "plug"),
        (5, 10500, "fault on 57 delay 2 x3"),
        (6, 20000, "say again"),
        (7, 20125, "say once more"),
    ]
    assert parse_scenario("\n# nothing\n") == ()


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("put 1.250", "means nothing", FORM),
        ("at put 1.250", "means nothing", FORM),
        ("at 2.5", "means nothing", FORM),
        ("at 1.2345 say x", "means nothing", FORM),
        ("after -1 say x", "means nothing", FORM),
        ("at 2 say x", "comes before", "order of their times"),
        ("after 1 sing loud", "knows no 'sing'", "say"),
        ("after 1 plugg", "knows no 'plugg'", "'plug'"),
        ("fault on 57 explode", "line 3 means nothing", "drop [BYTES] | delay"),
        ("after 1 fault", "line 3 means nothing", "drop [BYTES] | delay"),
    ],
)
def test_a_line_that_is_no_step_is_named_with_its_number_and_the_valid_form(line, message, hint):
    with pytest.raises(DataError, match=message) as caught:
        parse_scenario(f"# a scenario\nat 5 say fine\n{line}\n", EchoDevice().acts())
    assert "line 3" in caught.value.message
    assert hint in caught.value.hint


def test_a_device_that_is_not_known_yet_takes_any_act():
    assert [step.words for step in parse_scenario("at 1 sing")] == ["sing"]


def test_a_scenario_has_an_end():
    with pytest.raises(DataError, match="too many"):
        parse_scenario("after 0 pull\n" * 100_001)


def test_everything_that_can_be_done_is_listed_with_how_it_is_written():
    shown = usages((Act("put KILOGRAMS, as put 1.250", lambda _words, _now_s: b""),))
    assert shown[0] == "put KILOGRAMS, as put 1.250"
    assert shown[1:3] == ("pull", "plug")


class Diary:
    """A host that notes what it hears, and when, and connects again when its line is lost."""

    def __init__(self, line):
        self.line = line
        self.notes = []
        self.begun_s = anyio.current_time()

    def note(self, what):
        self.notes.append((round(anyio.current_time() - self.begun_s, 3), what))

    async def listen(self):
        while True:
            try:
                await self.line.open()
                self.note("open")
                while True:
                    data = await self.line.read(99, 3600)
                    self.note(data)
            except TransportError:
                if not self.notes or self.notes[-1][1] != "lost":
                    self.note("lost")
                await anyio.sleep(1)


async def lived(script, *, asks=()):
    """Return what a host hears while a scenario plays, in virtual time."""
    line = SimulatedTransport(EchoDevice())
    diary, told = Diary(line), []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(diary.listen)
        for at_s, request in asks:
            tasks.start_soon(_ask, line, at_s, request)
        await play(parse_scenario(script, line.simulator.acts()), line, told.append)
        await anyio.sleep(30)
        tasks.cancel_scope.cancel()
    return diary.notes, told


async def _ask(line, at_s, request):
    await anyio.sleep(at_s)
    await line.write(request, 1)


async def test_a_scenario_happens_at_its_times_and_every_time_the_same():
    asks = [(15.0, b"W\r"), (19.0, b"Z\r")]
    notes, told = await lived(STORY, asks=asks)
    assert notes == [
        (0.0, "open"),
        (2.5, b"hello"),
        (5.5, "lost"),
        (10.5, "open"),
        (17.0, b"[W]"),
        (19.0, b"[Z]"),
        (20.0, b"again"),
        (20.125, b"once more"),
    ]
    assert told == [step.words for step in parse_scenario(STORY)]
    assert (await lived(STORY, asks=asks)) == (notes, told)


async def test_without_its_fault_the_same_scenario_has_no_delay():
    notes, _ = await lived(STORY.replace("fault on", "# fault on"), asks=[(15.0, b"W\r")])
    assert (15.0, b"[W]") in notes


async def test_an_act_that_fails_when_its_time_has_come_names_its_line():
    with pytest.raises(BaseExceptionGroup) as caught:
        await lived("at 1 say x\nat 2 later soon")
    error = caught.value.exceptions[0]
    assert isinstance(error, DataError)
    assert error.message == "Line 2: 'soon' is no time"
    assert error.hint == "write later 0.5"


async def test_what_a_person_types_is_done_in_the_same_words():
    line = SimulatedTransport(EchoDevice())
    await line.open()
    do(line, "fault on 57 nak")
    do(line, " say hello ")
    await line.write(b"W\r", 1)
    assert await line.read(99, 1) == b"hello\x15"
    do(line, "pull")
    assert not line.is_open
    do(line, "plug")
    await line.open()
    with pytest.raises(DataError, match="knows no 'sing'"):
        do(line, "sing")
    with pytest.raises(DataError, match="means nothing"):
        do(line, "fault everything")


async def test_a_careless_device_s_refusal_is_said_like_any_other():
    class Careless(EchoDevice):
        def acts(self):
            return {"count": Act("count NUMBER", lambda words, _: bytes(int(words)))}

    line = SimulatedTransport(Careless())
    await line.open()
    with pytest.raises(DataError, match="'count sheep' means nothing"):
        do(line, "count sheep")
