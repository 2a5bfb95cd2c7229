"""The same law on real connections: TCP closed at each message, and a serial line."""

from __future__ import annotations

import itertools

import anyio
import pytest

from posframe_payments.simulators.zvt_faults import DROP_AFTER, DROP_BEFORE, Scripted
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_server import (
    BYTE_BY_BYTE,
    JOINED,
    WHOLE,
    serve_pty,
    serve_tcp,
)
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.simulators.zvt_wire import FramedPort
from posframe_payments.zvt.commands import authorisation, repeat_receipt
from posframe_payments.zvt.dialogue import Timings
from posframe_payments.zvt.facts import Noise, TimedOut, Wait
from posframe_payments.zvt.outcomes import Outcome, has_completed, outcome_of, result_of
from tests.plugins.payments.zvt.ledger_law import contradiction
from tests.plugins.payments.zvt.pair import PASSWORD, REGISTRATION
from tests.plugins.payments.zvt.tcp_till import connect, open_serial

AMOUNT = 1749
MESSAGES = 14
"""Of a payment that is approved; see `test_lost_lines`."""


async def registered(port):
    """Connect until the terminal is free, and register."""
    for _ in range(100):
        line = await connect(port)
        if has_completed(await line.ask(REGISTRATION)):
            return line
        line.close()
        await anyio.sleep(0.05)
    raise AssertionError("it never registered")


async def rested(terminal):
    with anyio.fail_after(5):
        while terminal.linked or not terminal.is_idle:  # noqa: ASYNC110 - it tells nobody
            await anyio.sleep(0.005)


@pytest.mark.parametrize("after_loss", ["keeps", "reverses"])
async def test_tcp_closed_at_any_message_makes_no_fact_untrue(after_loss):
    """And the last receipt, asked for on a new connection, tells what the ledger says."""
    broken = 0
    for message, kind in itertools.product(range(1, MESSAGES + 1), (DROP_BEFORE, DROP_AFTER)):
        terminal = Terminal(Profile(after_loss=after_loss, silent_s=0.2))
        async with anyio.create_task_group() as tasks:
            port = await tasks.start(serve_tcp, terminal)
            line = await registered(port)
            faults = Scripted(messages={terminal.messages + 1 + message: kind})
            terminal.faults = faults  # 1: the registration's end is acknowledged on the way
            facts = await line.ask(authorisation(AMOUNT))
            line.close()
            await rested(terminal)
            outcome, status = outcome_of(facts), result_of(facts)
            assert not contradiction(outcome, status, AMOUNT, terminal), (message, kind)
            line = await registered(port)
            asked = await line.ask(repeat_receipt(PASSWORD))
            line.close()
            charged = bool(terminal.acquirer.charges)
            assert (outcome_of(asked) is Outcome.APPROVED) == charged, (message, kind)
            if outcome is not Outcome.UNKNOWN:
                assert (outcome is Outcome.APPROVED) == charged
            broken += len(faults.struck)
            tasks.cancel_scope.cancel()
    assert broken == 2 * MESSAGES


@pytest.mark.parametrize("delivery", [WHOLE, BYTE_BY_BYTE, JOINED])
async def test_messages_cut_and_joined_say_the_same(delivery):
    """With receipts longer than 254 bytes, and a greeting before the first answer."""
    profile = Profile(greeting=b"YOMANI 4.1\r\n", long_receipts=True)
    terminal = Terminal(profile)
    async with anyio.create_task_group() as tasks:
        port = await tasks.start(lambda task_status: serve_tcp(
            terminal, delivery=delivery, task_status=task_status
        ))  # fmt: skip
        line = await connect(port)
        greeted = await line.ask(REGISTRATION)
        noise = [each.length for each in greeted if isinstance(each, Noise)]
        assert sum(noise) == len(profile.greeting)
        assert has_completed(greeted)
        facts = await line.ask(authorisation(AMOUNT))
        assert outcome_of(facts) is Outcome.APPROVED
        assert line.heard > 100 or delivery != BYTE_BY_BYTE
        line.close()
        tasks.cancel_scope.cancel()
    assert [each.amount_minor for each in terminal.acquirer.charges] == [AMOUNT]


async def test_a_terminal_without_an_answer_to_the_command_times_out_unknown():
    """No 80 after the payment, and the terminal goes silent with its customer."""
    terminal = Terminal(customers=[Customer(thinks_s=60)])
    async with anyio.create_task_group() as tasks:
        port = await tasks.start(serve_tcp, terminal)
        line = await connect(port, Timings(acknowledge_s=0.5))
        await line.ask(REGISTRATION)
        terminal.settings.tells = False
        terminal.faults = Scripted({"tx ack": "lose"})
        facts = await line.ask(authorisation(AMOUNT))
        line.close()
        tasks.cancel_scope.cancel()
    assert facts[-1] == TimedOut(Wait.ACKNOWLEDGEMENT)
    assert outcome_of(facts) is Outcome.UNKNOWN


@pytest.mark.parametrize("spoilt", [0, 1, 2])
async def test_a_payment_over_a_serial_line(tmp_path, spoilt):
    """Frames whose checksum is wrong are sent again, and nothing is charged twice."""
    port = FramedPort()
    terminal = Terminal(port=port)
    link = tmp_path / "terminal"
    async with anyio.create_task_group() as tasks:
        await tasks.start(serve_pty, terminal, link)
        line = open_serial(link)
        assert has_completed(await line.ask(REGISTRATION))
        port.spoils = spoilt
        facts = await line.ask(authorisation(AMOUNT))
        line.close()
        await rested(terminal)
        tasks.cancel_scope.cancel()
    assert outcome_of(facts) is Outcome.APPROVED
    assert len([each for each in facts if isinstance(each, Noise)]) == spoilt
    assert [each.amount_minor for each in terminal.acquirer.charges] == [AMOUNT]


async def test_a_serial_line_that_is_pulled_and_opened_again(tmp_path):
    terminal = Terminal(Profile(after_loss="keeps"), port=FramedPort())
    link = tmp_path / "terminal"
    async with anyio.create_task_group() as tasks:
        await tasks.start(serve_pty, terminal, link)
        line = open_serial(link)
        await line.ask(REGISTRATION)
        terminal.faults = Scripted({"tx status": DROP_BEFORE})
        facts = await line.ask(authorisation(AMOUNT))
        assert outcome_of(facts) is Outcome.UNKNOWN
        line.close()
        await rested(terminal)
        await anyio.sleep(0.05)
        line = open_serial(link)
        await line.ask(REGISTRATION)
        asked = await line.ask(repeat_receipt(PASSWORD))
        line.close()
        tasks.cancel_scope.cancel()
    assert result_of(asked).amount_minor == AMOUNT
    assert len(terminal.acquirer.charges) == 1
