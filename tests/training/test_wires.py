"""Devices, drawers and wires: practice opens none of them, and its own are files."""

from __future__ import annotations

import functools
import socket
import threading

import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.progress import Outcome
from posframe.kernel.contracts import JobHandler, JobResult, TenderType
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import receipt
from posframe.kernel.domain.tender import Capabilities, TenderRule
from posframe.kernel.hookspecs import hookimpl
from posframe.practising import PracticeTerminal
from posframe.till import Ports, Till
from posframe.training.shadow import FOLDER, open_shadow, paper_of, shadow_config
from tests.training.stand import config, play, practising, until


def test_the_shadow_till_has_only_files_for_devices(folder):
    live = config(folder)
    wired = attrs.evolve(
        live,
        devices={
            **live.devices,
            "scanner": attrs.evolve(live.devices["printer"], uri="scanner+serial:/dev/ttyUSB9"),
            "display": attrs.evolve(live.devices["printer"], uri="cd5220+tcp://127.0.0.1:9"),
        },
    )
    found = shadow_config(wired)
    assert {name: each.uri for name, each in found.devices.items()} == {
        "printer": "escpos+virtual:receipts", "drawer": "drawer+on://printer",
    }  # fmt: skip
    assert found.folder == folder / FOLDER


def test_the_shadow_till_has_the_paper_of_the_live_printer(folder):
    live = config(folder)
    entry = attrs.evolve(live.devices["printer"], uri="escpos+tcp://192.0.2.1:9100?profile=generic-58mm",
                         options={})  # fmt: skip
    narrow = shadow_config(attrs.evolve(live, devices={"printer": entry}))
    assert narrow.devices["printer"].options == {"profile": "generic-58mm"}
    assert "drawer" not in narrow.devices


def test_a_shadow_till_has_no_shadow(folder):
    with pytest.raises(ConfigurationError, match="already"):
        shadow_config(shadow_config(config(folder)))


class Wire:
    """A printer on the network, which keeps what it is sent."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.heard = b""
        self.calls = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._hear, args=(line,), daemon=True).start()

    def _hear(self, line):
        while data := line.recv(65536):
            self.heard += data

    def close(self):
        self.server.close()


@pytest.fixture
def wired(folder):
    """The live till's printer, and the drawer on it, are on a wire that is listened to."""
    wire = Wire()
    path = folder / "till.toml"
    text = path.read_text(encoding="utf-8")
    assert "escpos+virtual:receipts" in text
    path.write_text(
        text.replace("escpos+virtual:receipts", f"escpos+tcp://127.0.0.1:{wire.port}"),
        encoding="utf-8",
    )
    yield folder, wire
    wire.close()


KICK = b"\x1bp\x00"


def test_not_a_byte_of_practice_reaches_the_printer_or_drawer_of_the_live_till(wired):
    folder, wire = wired
    with practising(folder) as script:
        play(script, [".training", "9521307000162", "+", "20.00", ".nosale", ".reprint",
                      "9521307000162", ".why print"])  # fmt: skip
        assert script.practice.shadow.drain()
        assert len(paper_of(folder)) == 3
        assert script.practice.shadow.state.jobs == {}
    assert (wire.calls, wire.heard) == (0, b"")


def test_whatever_code_hands_to_the_printer_of_practice_comes_out_marked(folder):
    """A slip that nobody has marked: the printer itself is the last door to the paper."""
    with open_shadow(config(folder)) as shadow:
        slip = receipt.slip(("CARD 4711", "", "thank you"), "qr")
        submit = functools.partial(
            shadow.devices.hardware().printer.submit, slip, job_id="1", deadline_s=10
        )
        result = shadow._loop.portal().call(submit)
        assert result.outcome is Outcome.DONE or result.sent
    (paper,) = paper_of(folder)
    lines = paper.read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(line.endswith(" TRAINING") for line in lines)


def test_a_real_sale_is_heard_on_that_wire(wired):
    """The negative control of the test above: receipt and drawer pulse."""
    folder, wire = wired
    with practising(folder) as script:
        play(script, ["9521307000162", "+", "20.00"])
        until(lambda: b"T01-000001" in wire.heard and KICK in wire.heard, "the receipt")


class Outside:
    """A plugin that is all wires: a payment terminal, a webhook and jobs; each call is noted."""

    criticality = "degradable"
    calls: list[str] = []  # noqa: RUF012 - the test's own, emptied by it

    def __init__(self, _config, _context):
        pass

    @hookimpl
    def posframe_tender_types(self):
        can = Capabilities(
            inquiry="reference", reverse="reference", refund="reference", webhook=True,
            answer_within_s=60, grace_s=60,
        )  # fmt: skip
        rule = TenderRule("chip", "Chip", immediate=False, capabilities=can)
        return [TenderType(rule=rule, provider=self._made, terminal="tcp://127.0.0.1:1")]

    @hookimpl
    def posframe_job_handlers(self):
        return {"mail": _Mail()}

    def _made(self):
        self.calls.append("provider")
        raise OSError("the wire was opened")


class _Mail(JobHandler):
    async def perform(self, job):
        Outside.calls.append(f"mail {job.id}")
        return JobResult(outcome="done")


@pytest.fixture
def outside(folder, monkeypatch):
    from posframe import plugins
    from posframe.entry_points import Offer

    path = folder / "till.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"terminal"]', '"terminal", "outside"]'),
        encoding="utf-8",
    )
    known = plugins.installed()
    offer = attrs.evolve(next(iter(known.values())), name="outside")
    assert isinstance(offer, Offer)
    monkeypatch.setattr(plugins, "installed", lambda: {**known, "outside": offer})
    load = plugins.load_target
    monkeypatch.setattr(
        plugins, "load_target", lambda each: Outside if each.name == "outside" else load(each)
    )
    Outside.calls.clear()
    return folder


def test_a_plugin_s_terminal_is_never_made_and_its_jobs_are_done_by_nobody(outside):
    with practising(outside) as script:
        before = list(Outside.calls)  # the live till listens for webhooks, as it should
        play(script, [".training", "9521307000162", "+"])
        shadow = script.practice.shadow
        play(script, ["chip"])
        until(lambda: shadow.state.last is not None, "the practice payment")
        assert shadow.state.last.tenders[0].reference == "training"
        handlers = shadow._all_handlers()
        assert {kind: type(each).__name__ for kind, each in handlers.items()}["mail"] == (
            "SilentHandler"
        )
        assert [each for each in Outside.calls if each != "provider"] == []
        assert len(Outside.calls) == len(before) or set(Outside.calls) == {"provider"}
        assert all(each.terminal == "" for each in shadow.parts.tenders)


def test_with_the_live_till_alone_the_plugin_s_wires_are_opened(outside):
    """The negative control of the test above."""
    with Till.open(outside) as live:
        until(lambda: Outside.calls == ["provider"] or "provider" in Outside.calls, "its provider")
        assert type(live._all_handlers()["mail"]).__name__ == "_Mail"


def test_a_shadow_till_opens_no_wire_of_its_own_at_its_start(outside):
    live = config(outside)
    with open_shadow(live) as shadow:
        shadow.do(cmd.AddItem(code="9521307000162"))
        shadow.do(cmd.Pay(type="chip"))
        until(lambda: shadow.state.last is not None, "the practice payment")
    assert Outside.calls == []


@pytest.mark.parametrize(
    ("mood", "status"), [("approve", None), ("decline", "declined"), ("doubt", "unknown")]
)
def test_the_practice_terminal_answers_as_it_is_told_to(folder, mood, status):
    terminal = PracticeTerminal()
    terminal.mood = mood
    with open_shadow(config(folder), Ports(practice=terminal)) as shadow:
        shadow.do(cmd.AddItem(code="9521307000162"))
        assert shadow.do(cmd.Pay(type="card")).accepted
        if status is None:
            until(lambda: shadow.state.last is not None, "the approval")
        else:
            until(
                lambda: [each.status.value for each in shadow.state.payments.values()] == [status],
                status,
            )
