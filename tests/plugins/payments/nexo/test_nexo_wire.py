"""Over HTTPS in real time: the suite, the certificate that is pinned, and what breaks a line."""

from __future__ import annotations

import anyio
import attrs
import pytest

from posframe import ConfigurationError, DeviceError, DeviceOffline, PaymentRequest
from posframe.testing.payments.suite import PaymentSuite
from posframe_payments.nexo.line import TerminalLine, pinned
from posframe_payments.simulators.nexo_server import Certificate
from posframe_payments.simulators.nexo_terminal import Terminal
from tests.plugins.payments.nexo.far import CAN
from tests.plugins.payments.nexo.test_nexo_suite import KIT, fails
from tests.plugins.payments.nexo.wired import NAME, Chain, Rack

HASTY = attrs.evolve(CAN, answer_within_s=5, grace_s=1)
REQUEST = PaymentRequest(payment="a-1", key="T01-a-1", amount_minor=1_234, currency="EUR")
RACK: list[Rack] = []


@pytest.fixture(scope="module", autouse=True)
def rack(tmp_path_factory):
    made = Rack(tmp_path_factory.mktemp("wire"))
    RACK.append(made)
    yield made
    RACK.remove(made)
    made.close()


@pytest.fixture
def chain(tmp_path):
    return Chain(tmp_path)


def quick():
    """Return a terminal at a port, whose customer takes a tenth of a second."""
    terminal = Terminal()
    terminal.customer_s = 0.1
    RACK[0].plug_in(terminal)
    return terminal


QUICKLY = ("decline", "lost answer", "wrong amount", "foreign answer", "garbage", "lost reversal")
WIRED = attrs.evolve(
    KIT,
    name="nexo over https",
    capabilities=HASTY,
    simulator=quick,
    provider=lambda terminal: RACK[0].provider(terminal, HASTY),
    troubles={
        **{name: fails(name) for name in (*QUICKLY, "unreachable")},
        "duplicate answer": fails("twice"),
        "approval after decline": fails("approval after decline", late_s=0.3),
    },
    cannot={
        "lost request": "it takes the terminal's whole time: in virtual time",
        "late approval": "the same",
    },
    moments_s=(0.05, 0.2),
    late_s=0.6,
    is_virtual=False,
)


@pytest.mark.slow
class TestNexoOverHttps(PaymentSuite):
    """With what a socket and a certificate add."""

    kit = WIRED


def ask(line, message=b"{}"):
    return anyio.run(line.exchange, message)


def test_a_terminal_with_the_certificate_of_the_folder_is_talked_to(rack):
    assert ask(rack.line(quick())) == b'["Bad envelope"]'


def test_a_terminal_with_another_certificate_gets_nothing_to_read(rack):
    """Its name is right: what is wrong is who says so."""
    terminal = Terminal()
    rack.plug_in(terminal, Certificate(NAME))
    with pytest.raises(DeviceOffline, match="cannot be reached"):
        ask(rack.line(terminal))
    assert terminal.received == []


def test_a_certificate_of_the_same_root_for_another_terminal_is_refused(rack, chain):
    """All terminals of a maker have the same root: the name tells them apart."""
    terminal, other = Terminal(), Terminal()
    rack.plug_in(terminal, chain.leaf(f"{NAME}.live.terminal.adyen.com"))
    rack.plug_in(other, chain.leaf("SIM-2.live.terminal.adyen.com"))
    trusted = pinned(chain.root, NAME, "here")
    assert ask(TerminalLine(rack.address(terminal), trusted)) == b'["Bad envelope"]'
    with pytest.raises(DeviceOffline):
        ask(TerminalLine(rack.address(other), trusted))


@pytest.mark.parametrize("name", ["SIM-10.live.terminal.adyen.com", "xSIM-1.live", "live.SIM-1"])
def test_a_name_that_only_looks_like_the_terminals_is_refused(rack, chain, name):
    terminal = Terminal()
    rack.plug_in(terminal, chain.leaf(name))
    with pytest.raises(DeviceOffline):
        ask(TerminalLine(rack.address(terminal), pinned(chain.root, NAME, "here")))


def test_older_terminals_that_are_all_called_alike_are_taken(rack, chain):
    """Adyen documents that name; the envelope's passphrase still tells who it is."""
    terminal = Terminal()
    rack.plug_in(terminal, chain.leaf("legacy-terminal-certificate.live.terminal.adyen.com"))
    assert ask(TerminalLine(rack.address(terminal), pinned(chain.root, NAME, "here")))


def test_a_file_that_is_no_certificate_is_named_when_the_till_starts(tmp_path):
    for content in (None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        if content is not None:
            (tmp_path / "nexo.pem").write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"here: nexo\.pem is no certificate"):
            pinned(tmp_path / "nexo.pem", NAME, "here")


def test_a_line_that_breaks_before_the_answer_is_not_called_unreachable(rack):
    """Something may have been sent: that is another thing than a terminal that is off."""
    terminal = quick()
    terminal.fail("lost request")
    provider = rack.provider(terminal)

    async def pay():
        async for _ in provider.authorise(REQUEST):
            pass

    with pytest.raises(DeviceError, match="broke before its answer") as caught:
        anyio.run(pay)
    assert not isinstance(caught.value, DeviceOffline)


def test_a_message_is_sent_once_whatever_becomes_of_it(rack):
    terminal = quick()
    for _ in range(3):
        terminal.fail("lost request")
    provider = rack.provider(terminal)

    async def pay():
        async for _ in provider.authorise(REQUEST):
            pass

    with pytest.raises(DeviceError):
        anyio.run(pay)
    assert terminal.received == ["Payment"]


def test_a_call_that_is_given_up_while_hands_are_shaken_leaves_no_connection_open(rack):
    """The far side sees the end of it, and a till that runs for weeks keeps no dead lines."""

    async def give_up():
        ended = anyio.Event()

        async def never_shakes(stream):
            async with stream:
                while True:
                    try:
                        await stream.receive()
                    except (anyio.EndOfStream, anyio.BrokenResourceError):
                        ended.set()
                        return

        async with (
            await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
            anyio.create_task_group() as tasks,
        ):
            port = listener.extra(anyio.abc.SocketAttribute.local_port)
            tasks.start_soon(listener.serve, never_shakes)
            trusted = pinned(rack.certificate, NAME, "here")
            line = TerminalLine(f"https://127.0.0.1:{port}/nexo", trusted)
            with anyio.move_on_after(0.3):
                await line.exchange(b"{}")
            with anyio.fail_after(10):
                await ended.wait()
            tasks.cancel_scope.cancel()

    anyio.run(give_up)
