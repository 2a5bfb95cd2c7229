"""The conformance suite over sockets and serial lines: fewer moments, shorter waits, real time."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import ExitStack
from pathlib import Path

import anyio.from_thread
import attrs
import pytest

from posframe.drivers import transport_from_uri
from posframe.testing.payments.suite import PaymentSuite
from posframe_payments.simulators.zvt_profile import Profile
from posframe_payments.simulators.zvt_server import serve_pty, serve_tcp
from posframe_payments.zvt.dialogue import Timings
from tests.plugins.payments.test_zvt_suite import KIT
from tests.plugins.payments.zvt_bench import CAPABILITIES, Far, NamingProvider, setup_of

SHORT = attrs.evolve(CAPABILITIES, answer_within_s=20, grace_s=1)
TIMINGS = Timings(acknowledge_s=1.0, answer_s=10.0, command_max_s=20.0)


class Wires:
    """Where simulated terminals are plugged in, for as long as a class of tests runs."""

    def __init__(self, stack):
        self._portal = stack.enter_context(anyio.from_thread.start_blocking_portal("asyncio"))
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self._numbers = itertools.count(1)
        self._stack = stack

    def socket(self):
        """Return a terminal at a port."""
        far = _far(is_framed=False)
        served, port = self._portal.start_task(serve_tcp, far.terminal)
        self._stack.callback(served.cancel)
        far.address = f"tcp://127.0.0.1:{port}"
        return far

    def serial(self):
        """Return a terminal at a serial line."""
        far = _far(is_framed=True)
        link = self._folder / f"line-{next(self._numbers)}"
        served, _ = self._portal.start_task(serve_pty, far.terminal, link)
        self._stack.callback(served.cancel)
        far.address = f"serial:{link}?baud=9600"
        return far


def _far(*, is_framed):
    far = Far(Profile(silent_s=0.3), is_framed=is_framed)
    far.terminal.thinks_s = 0.05
    return far


def _provider(far):
    def line():
        return transport_from_uri(far.address if far.is_there else "tcp://127.0.0.1:1")

    made = setup_of(line, address=far.address, timings=TIMINGS, capabilities=SHORT)
    return NamingProvider(made, far)


def _wired(plug):
    """Return a kit whose terminals are where ``plug`` puts them."""
    return attrs.evolve(
        KIT,
        capabilities=SHORT,
        simulator=plug,
        provider=_provider,
        wire=lambda far: far.terminal.messages,
        troubles={name: KIT.troubles[name] for name in KIT.troubles if name != "late approval"},
        cannot={**KIT.cannot, "late approval": "it takes minutes: in virtual time"},
        moments_s=(0.0, 0.02, 0.06),
        late_s=0.5,
        is_virtual=False,
    )


@pytest.fixture(autouse=True, scope="class")
def wires(request):
    with ExitStack() as stack:
        request.cls.kit = _wired(getattr(Wires(stack), request.cls.where))
        yield


class TestOverTcp(PaymentSuite):
    """On a socket."""

    kit = _wired(None)

    where = "socket"


class TestOverSerial(PaymentSuite):
    """On a pseudo-terminal, in frames with checksums."""

    kit = _wired(None)

    where = "serial"
