"""The shadow till: nothing that is practised there reaches the live till, its devices or a wire."""

from __future__ import annotations

import random
import socket
import threading

import attrs
import pytest

from posframe.errors import ConfigurationError, JournalError
from posframe.kernel.contracts import JobHandler, JobResult, TenderType
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import LessonEnded
from posframe.kernel.domain.tender import Capabilities, TenderRule
from posframe.kernel.hookspecs import hookimpl
from posframe.practising import PracticeTerminal
from posframe.till import Ports, Till
from posframe.training.shadow import (
    FOLDER,
    empty_shadow,
    open_shadow,
    paper_of,
    shadow_config,
)
from tests.training.stand import PLAYS, config, play, practising, rows, settled, until

ENTRIES = (
    "9521307000162", "3 * 1001", "0.250 * 1101", "1011", "-", "10 % all", ".off 0.10 1 all",
    ".why print", ".hold", ".recall", "+", "50.00", "", "card", "1.00 card", ".reprint",
    ".nosale", ".pickup 1.00", ".loan 20", ".return 1 1", ".postvoid", ".cancel", ".learn 777 1 X",
    ".enrol 9528000000048 5", "9528000000048", ".count 10001 3", ".receive 10001 5",
)  # fmt: skip


def sold_at_live(script):
    play(script, ["9521307000162", "+", "5.00", "9521307000728"])
    script.till.drain()


def wander(script, seed, count=300):
    """Type so many entries of practice at random; refusals belong to it."""
    chance = random.Random(seed)
    done = 0
    for _ in range(count):
        answer = script.line(chance.choice((*ENTRIES, "+", "50.00", "50.00")))
        assert answer["training"] is True
        done += answer["accepted"]
        settled(script.practice.shadow)
    return done


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_long_practice_leaves_the_live_journal_to_the_byte_as_it_was(script, seed):
    sold_at_live(script)
    state, before = script.till.state, rows(script.till)
    play(script, [".training"])
    assert wander(script, seed) > 80
    assert script.practice.shadow.state.last_receipt_number >= 3
    play(script, [".training off"])
    assert script.till.state is state
    assert rows(script.till) == before


def test_one_sale_at_the_live_till_is_seen_by_that_comparison(script):
    """The negative control of the test above."""
    sold_at_live(script)
    state, before = script.till.state, rows(script.till)
    play(script, ["9521307000162"])
    assert script.till.state is not state
    assert rows(script.till) != before


def test_of_lessons_only_their_ends_are_in_the_live_journal_and_no_figure_moves(script):
    sold_at_live(script)
    before, state = rows(script.till), script.till.state
    for lesson, entries in PLAYS.items():
        play(script, [f".training {lesson}", *entries])
    play(script, [".training off"])
    script.till.call(lambda: None)  # what was sent last is on disk now
    after = rows(script.till)
    assert after[: len(before)] == before
    added = list(script.till.parts.journal.read(len(before)))
    assert [type(row.event) for row in added] == [LessonEnded] * len(PLAYS)
    assert script.till.state == state


def test_numbers_of_practice_are_its_own(script):
    sold_at_live(script)
    play(script, [".training", "9521307000162", "+", "", "9521307000162", "+", ""])
    assert script.practice.shadow.state.last_receipt_number == 2
    assert script.till.state.last_receipt_number == 1
    play(script, [".training off", "+", ""])
    assert script.till.state.last_receipt_number == 2


def test_the_open_sale_of_the_live_till_is_there_as_it_was(script):
    play(script, ["9521307000162", "3 * 1001", ".training", "1011", "+", "", ".training off"])
    answer = script.line("@state")
    assert [line["sku"] for line in answer["lines"]] == ["10001", "11001"]
    assert "training" not in answer


def test_practice_is_said_in_every_answer_and_only_there(script):
    assert "training" not in script.line("9521307000162")
    assert script.line(".training")["training"] is True
    assert script.line("9521307000162")["training"] is True
    assert script.line(".nonsense")["training"] is True
    assert "training" not in script.line(".training off")


def test_what_is_practised_persists_until_it_is_emptied(folder):
    with practising(folder) as script:
        play(script, [".training", "9521307000162", "+", "", "1011"])
    with practising(folder) as script:
        answer = play(script, [".training"])
        assert script.practice.shadow.state.last_receipt_number == 1
        assert answer["due"] == 420
        play(script, [".training empty"])
        assert script.practice.shadow.state.last_receipt_number == 0
    assert empty_shadow(folder)
    assert not empty_shadow(folder)
    assert (folder / "till.db").exists()


def test_emptying_takes_away_what_practice_made_and_nothing_else(folder):
    with practising(folder) as script:
        play(script, [".training", "9521307000162", "+", ""])
    note = folder / FOLDER / "trainer.txt"
    note.write_text("mine", encoding="utf-8")
    empty_shadow(folder)
    assert [path.name for path in (folder / FOLDER).iterdir()] == ["trainer.txt"]


def test_a_shadow_till_that_is_open_is_not_emptied_under_it(folder):
    with practising(folder) as script:
        play(script, [".training"])
        with pytest.raises(ConfigurationError, match="in use by till T01"):
            empty_shadow(folder)


def test_a_training_folder_that_leads_elsewhere_is_refused(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "till.db").write_bytes(b"precious")
    (folder / FOLDER).symlink_to(elsewhere)
    with practising(folder) as script:
        assert not script.line(".training")["accepted"]
        assert not script.line(".training empty")["accepted"]
        assert script.line("9521307000162")["accepted"]
    assert (elsewhere / "till.db").read_bytes() == b"precious"


def test_a_broken_shadow_till_is_told_and_the_live_till_sells_on(folder):
    with practising(folder) as script:
        play(script, [".training", "9521307000162"])
    for path in (folder / FOLDER).glob("till.db*"):
        path.write_bytes(b"no database at all" * 300)
    with practising(folder) as script:
        answer = script.line(".training")
        assert not answer["accepted"]
        assert "training" not in answer
        play(script, ["9521307000162", "+", "", ".training empty", ".training"])


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


def test_files_of_the_shop_are_read_from_the_live_till_s_folder(script):
    """The offers stand in offers.toml beside till.toml, not in the training folder."""
    play(script, [".training"])
    offers = [each.hooks for each in (script.till, script.practice.shadow)]
    assert [len(hooks.plugins) for hooks in offers] == [len(script.till.hooks.plugins)] * 2
    assert not (script.till.config.folder / FOLDER / "offers.toml").exists()


def test_the_live_till_goes_on_by_itself_while_it_is_practised(script):
    """Its door, its jobs and its journal work: here a command that comes from elsewhere."""
    play(script, [".training", "9521307000162"])
    assert script.till.do(cmd.AddItem(code="9521307000728")).accepted
    assert script.till.state.transaction.due_minor == 229
    assert script.practice.shadow.state.transaction.due_minor == 119


def test_the_goods_of_the_live_till_are_only_read(script):
    play(script, [".training", ".learn 4006381333931 1.00 Pen", "4006381333931"])
    play(script, [".training off"])
    assert not script.line("4006381333931")["accepted"]


def test_a_receipt_of_practice_is_no_receipt_of_the_live_till(script):
    play(script, [".training", "9521307000162", "+", "", ".training off"])
    assert not script.line(".return 1 1")["accepted"]
    assert script.line(".return 1 1")["message"] != ""


def test_training_is_no_setting(folder):
    path = folder / "till.toml"
    path.write_text("training = true\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="training is not a setting"):
        config(folder)


def test_a_till_that_lost_its_journal_still_says_why_it_cannot_train(folder, monkeypatch):
    def fails(*_arguments, **_options):
        raise JournalError("The disk is gone", hint="call support")

    with practising(folder) as script:
        monkeypatch.setattr("posframe.training.practice.open_shadow", fails)
        answer = script.line(".training first-sale")
        assert (answer["accepted"], answer["message"]) == (False, "The disk is gone")
        assert script.line("9521307000162")["accepted"]
