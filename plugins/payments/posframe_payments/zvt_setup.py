"""How a till is set up for one ZVT terminal: its settings, read and checked."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import attrs

from posframe import Capabilities, ConfigurationError
from posframe.drivers import Transport, transport_from_uri
from posframe_payments.qr.currency_numbers import NUMBER_OF
from posframe_payments.typed_names import check_typed_name
from posframe_payments.zvt.dialogue import Timings

if TYPE_CHECKING:
    from posframe_payments.settings import TerminalSettings

PORT: Final = 20007
"""Where terminals listen unless they are told otherwise."""
ANSWER_WITHIN_S: Final = 200
"""A little longer than a terminal may be silent while its customer pays (T4, 180 s)."""
GRACE_S: Final = 60
PASSWORD_DIGITS: Final = 6
TIP_PERCENT_MAX: Final = 100
PERCENT_MILLI: Final = 1000
_SERIAL: Final = "serial:"
_SOCKET: Final = "socket:"
_TCP: Final = "tcp:"


@attrs.frozen(kw_only=True)
class ZvtSetup:
    """One terminal: where it is, and what it can."""

    label: str
    address: str
    line: Callable[[], Transport]
    """Makes a connection, not yet open."""
    currency: str
    password: int = attrs.field(default=0, repr=False)
    capabilities: Capabilities
    till_prints: bool = True
    """Whether the till prints the terminal's slips."""
    reverses_any: bool = False
    """Whether it takes back other payments than its last."""
    timings: Timings = attrs.field(factory=Timings)

    @property
    def place(self) -> str:
        """One name for all ways to write the address: a terminal serves one tender of one till."""
        rest = self.address.removeprefix(_SERIAL).removeprefix(_SOCKET).removeprefix(_TCP)
        if self.is_framed and not self.address.startswith(_SERIAL + _SOCKET):
            return f"{_SERIAL}{os.path.realpath(rest.partition('?')[0])}"
        parts = urlsplit(f"//{rest.lstrip('/')}")
        return f"{_TCP}//{_plain_host(parts.hostname or '')}:{parts.port}"

    @property
    def is_framed(self) -> bool:
        """Whether messages stand in frames with checksums, as on all serial lines."""
        return self.address.startswith(_SERIAL)


def zvt_setup(name: str, settings: TerminalSettings, currency: str) -> ZvtSetup:
    """Return the setup of a terminal.

    Args:
        name: of its table in till.toml.
        settings: that table.
        currency: ISO 4217 code of the till's.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    where = f"plugins.payments.terminals.{name}"
    check_typed_name(name, where)
    if not 0 <= settings.tip_percent <= TIP_PERCENT_MAX:
        raise ConfigurationError(
            f"{where}.tip_percent cannot be {settings.tip_percent}",
            hint=f"write 0 to {TIP_PERCENT_MAX}",
        )
    if currency not in NUMBER_OF:
        raise ConfigurationError(f"{where}: {currency} has no number", hint="take it out")
    address = zvt_address(settings.address, where)
    return ZvtSetup(
        label=settings.label,
        address=address,
        line=lambda: transport_from_uri(address),
        currency=currency,
        password=_password(settings.password, where),
        capabilities=zvt_capabilities(settings),
        till_prints=settings.slips == "till",
        reverses_any=settings.reverses == "any",
    )


def zvt_capabilities(settings: TerminalSettings) -> Capabilities:
    """Return what a terminal can do: it knows its last receipt, and nothing by our names.

    Two steps are for amounts as asked. Where the customer may give more or have less, the amount
    counts once the repeated receipt says the same; the terminal is not kept waiting for that.
    """
    return Capabilities(
        inquiry="last" if settings.repeats else "none",
        reverse="last",
        refund="free",
        two_step=not (settings.partial or settings.tip_percent),
        partial=settings.partial,
        tip_limit_milli=settings.tip_percent * PERCENT_MILLI,
        answer_within_s=ANSWER_WITHIN_S,
        grace_s=GRACE_S,
        batches=True,
        look_again_s=0,
    )


def zvt_address(text: str, where: str) -> str:
    """Return an address with all its parts: the port, or how the serial line is set.

    Raises:
        ConfigurationError: it is none.
    """
    address = text.strip()
    if address.startswith(_SERIAL):
        address = _with_frame_format(address)
    elif address.startswith(_TCP):
        address = _with_port(address)
    else:
        raise ConfigurationError(
            f"{where}.address: {text!r} is no line to a terminal",
            hint="write tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600",
        )
    try:
        transport_from_uri(address)
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}.address: {error.message}", hint=error.hint) from error
    return address


def _with_frame_format(address: str) -> str:
    """Say two stop bits where nothing is said: terminals are set to 8N2."""
    if "format=" in address or address.startswith(_SERIAL + _SOCKET):
        return address
    return f"{address}{'&' if '?' in address else '?'}format=8N2"


def _plain_host(host: str) -> str:
    """Return a host in small letters, this machine and other numbers as four numbers."""
    if host in {"localhost", "::1"}:
        return "127.0.0.1"
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # reads what connecting reads, as 127.1
    except OSError:
        return host.removesuffix(".")


def _with_port(address: str) -> str:
    try:
        has_port = urlsplit(address).port is not None
    except ValueError:
        return address  # the transport says what is wrong with it
    return address if has_port else f"{address.rstrip('/')}:{PORT}"


def _password(text: str, where: str) -> int:
    if len(text) != PASSWORD_DIGITS or not (text.isascii() and text.isdigit()):
        raise ConfigurationError(
            f"{where}.password is no password of a terminal",
            hint=f'write its {PASSWORD_DIGITS} digits in quotes, like "000000"',
        )
    return int(text)
