"""till.toml as frozen values. An unknown key is an error with a suggestion; nothing is guessed."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Literal

import attrs

from posframe.control_config import (
    DaySection,
    ExceptionsSection,
    OperatorsSection,
    RoleEntry,
    ShiftsSection,
)
from posframe.errors import ConfigurationError
from posframe.settings_reader import read_table
from posframe.value import Value

FORMAT = 1
FILE_NAME = "till.toml"
FILE_MAX_BYTES = 1 << 20


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TillSection(Value):
    """``[till]``: who and where this till is."""

    id: str
    store: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    logo: str = ""
    """Picture file at the head of receipts, in the till's folder; empty: none."""
    currency: str
    country: str = ""
    place: str = ""
    """Where goods are sold, for taxes that depend on it: "AT", "NY/Albany"."""
    timezone: str = "UTC"
    language: str = "en"
    operator: str = "1"
    """Who is at a till where nobody signs in."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TaxEntry(Value):
    """One tax of a category: what it comes to, and when, how and where it applies."""

    code: str
    label: str
    rate: str = ""
    """Percent, as text: "19", "5.5". Empty: it is an amount."""
    amount: str = ""
    """What one unit bears, in place of a rate."""
    kind: Literal["percent", "fixed", "division"] | None = None
    """None: percent for a rate, fixed for an amount."""
    included: bool = True
    affects_base: bool = False
    base_affected: bool = True
    treatment: Literal["taxed", "zero_rated", "exempt", "out_of_scope", "reverse_charge"] = "taxed"
    reason: str = ""
    from_: str = ""
    """The first day, such as "2026-07-01"; empty: since ever."""
    until: str = ""
    """The day it ends on, not taxed so any more; empty: never."""
    fulfilment: str | tuple[str, ...] = ()
    """Ways of handing over that it is for; empty: all."""
    place: str | tuple[str, ...] = ()
    """Places that it is for; empty: all."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TaxCategory(Value):
    """``[tax.categories.NAME]``."""

    taxes: tuple[TaxEntry, ...] = ()
    entity: str = ""
    """The legal entity that sells these goods; empty: the till's own."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TaxSection(Value):
    """``[tax]``: how tax is rounded, what it depends on, and the taxes of each category."""

    round_at: Literal["line", "rate", "document"] = "line"
    rounding: Literal["half_up", "half_even", "half_down", "up", "down"] = "half_up"
    fulfilments: tuple[str, ...] = ()
    """Ways goods are handed over, the usual one first; empty: taxes do not depend on it."""
    categories: dict[str, TaxCategory] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntityEntry(Value):
    """``[entities.ID]``: a legal entity that sells through this till beside its own."""

    name: str
    tax_number: str = ""
    address: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PricesSection(Value):
    """``[prices]``: how prices may be changed at the till."""

    override_needs_reason: bool = False
    override_reasons: tuple[str, ...] = ()
    """The reasons that count; empty: any words."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReturnsSection(Value):
    """``[returns]``: how goods come back, and their money goes."""

    days: int = 0
    """Goods come back for so many days without an approval; 0: for ever."""
    needs_reason: bool = False
    reasons: tuple[str, ...] = ()
    """The reasons that count; empty: any words."""
    conditions: dict[str, Literal["stock", "quarantine", "scrap"]] = attrs.field(
        factory=lambda: {"good": "stock", "opened": "quarantine", "damaged": "scrap"}
    )
    """Conditions of goods and where such goods go, the usual one first."""
    cash_limit: str = ""
    """More cash back at once than this needs an approval; empty: any."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CashSection(Value):
    """``[cash]``: what the drawer holds and how cash is rounded."""

    denominations: tuple[str, ...] = ()
    float_: str = "0"
    round_to: str = ""
    """Empty: by the country's rule."""
    limit: str = "10000"
    """The most that is taken in cash at once."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EmbeddedEntry(Value):
    """``[[barcodes.embedded]]``: a code that carries a weight or a price."""

    prefix: str
    item: tuple[int, ...]
    value: tuple[int, ...]
    kind: Literal["weight", "price", "count"]
    decimals: int
    inner_check: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class BarcodesSection(Value):
    """``[barcodes]``."""

    prefer_upce: bool = False
    embedded: tuple[EmbeddedEntry, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DeviceEntry(Value):
    """``[devices.NAME]``. ``printer`` and ``drawer`` are the till's own, other names are free."""

    uri: str
    """``DRIVER+TRANSPORT:ADDRESS?option=value``, see docs/tills/devices.md."""
    failover: str = ""
    """For a printer: the device that takes over while this one cannot print."""
    losses_per_minute: int = 5
    """A line lost more often has a bad cable or supply, and is left alone for a minute."""
    options: dict[str, Any] = attrs.field(factory=dict)
    """More options, written as a table; they stand above those in ``uri``."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DepartmentEntry(Value):
    """``[departments.ID]``: sold to by amount."""

    name: str
    tax_category: str = "standard"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class UiSection(Value):
    """``[ui]``: the screen."""

    keymap: str = "default"
    amounts: Literal["implied-decimals", "decimal-key"] = "implied-decimals"
    theme: Literal["dark", "light", "contrast", "mono"] = "dark"
    scan_prefix: str = ""
    """What a scanner that types like a keyboard sends before each code; empty: nothing."""
    keys: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    """Action id to the keys that invoke it, in place of its own."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LimitsSection(Value):
    """``[limits]``: what is refused as a slip of the finger."""

    quantity: str = "9999"
    line: str = "999999"
    sale: str = "99999999"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TillConfig(Value):
    """Everything till.toml says."""

    format: int
    till: TillSection
    plugins: dict[str, Any] = attrs.field(factory=dict)
    """``enable`` and one table a plugin, which the plugin's own class reads."""
    tax: TaxSection = TaxSection()
    entities: dict[str, EntityEntry] = attrs.field(factory=dict)
    prices: PricesSection = PricesSection()
    returns: ReturnsSection = ReturnsSection()
    cash: CashSection = CashSection()
    barcodes: BarcodesSection = BarcodesSection()
    devices: dict[str, DeviceEntry] = attrs.field(factory=dict)
    departments: dict[str, DepartmentEntry] = attrs.field(factory=dict)
    limits: LimitsSection = LimitsSection()
    operators: OperatorsSection = OperatorsSection()
    roles: dict[str, RoleEntry] = attrs.field(factory=dict)
    shifts: ShiftsSection = ShiftsSection()
    day: DaySection = DaySection()
    exceptions: ExceptionsSection = ExceptionsSection()
    ui: UiSection = UiSection()
    fingerprint: str = ""
    """Of the text it was read from."""
    folder: Path = Path()
    """Where it was read from; relative paths begin here."""
    training: bool = False
    """True: the shadow till of the one whose folder this folder is in. Nothing here is real."""

    @property
    def enabled(self) -> tuple[str, ...]:
        """Names of the plugins to load, in the order they are asked.

        Raises:
            ConfigurationError: ``enable`` is not a list of names.
        """
        names = self.plugins.get("enable", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConfigurationError(
                "plugins.enable must be a list of names", hint='write enable = ["payments"]'
            )
        return tuple(names)


def load_config(folder: Path) -> TillConfig:
    """Read ``till.toml`` in ``folder``.

    Raises:
        ConfigurationError: it is missing, no TOML, or says something unknown.
    """
    path = folder / FILE_NAME
    return attrs.evolve(_parsed(path, _text(path)), folder=folder)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > FILE_MAX_BYTES:
            raise ConfigurationError(f"{path} is larger than 1 MiB", hint="is it a till.toml?")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"{path} does not exist", hint=f"make it with: posframe new till {path.parent}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error})", hint="check its rights; it is a UTF-8 text"
        ) from error


def _parsed(path: Path, text: str) -> TillConfig:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}", hint="mend that line") from error
    found = table.get("format")
    if found != FORMAT:
        raise ConfigurationError(
            f"{path}: format is {found!r}, this posframe reads format {FORMAT}",
            hint=f"write format = {FORMAT} at its top" if found is None else "use a newer posframe",
        )
    for reserved in ("fingerprint", "folder", "training"):
        if reserved in table:
            raise ConfigurationError(f"{path}: {reserved} is not a setting", hint="take it out")
    try:
        config = read_table(TillConfig, table)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error.message}", hint=error.hint) from error
    return attrs.evolve(config, fingerprint=hashlib.sha256(text.encode()).hexdigest()[:16])
