"""What the kernel takes of people, cash and the day from till.toml, checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.control_settings import ControlSettings
from posframe.kernel.domain.counting import CountRules, Denomination, euro
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.kernel.domain.lockout import LockoutPolicy
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.permissions import (
    NEVER,
    Grant,
    Limit,
    Permission,
    Roles,
    RoleSetting,
    compose_roles,
)
from posframe.kernel.domain.quantity import parse_milli
from posframe.kernel.domain.shift import ShiftRules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.config import TillConfig
    from posframe.kernel.domain.tender import Foreign, TenderRule

SECOND_US = 1_000_000


def control_settings(
    config: TillConfig,
    permissions: Iterable[Permission] = (),
    plugin_permissions: tuple[tuple[type, str], ...] = (),
) -> ControlSettings:
    """Return what decisions about people, cash and the day take from the configuration.

    Args:
        config: the till's.
        permissions: that plugins declare.
        plugin_permissions: by class of a plugin's command, the permission it asks for.

    Raises:
        ConfigurationError: a setting cannot be; the message names it.
    """
    shifts = config.shifts
    roles = roles_of(config, permissions)  # looked at where nobody signs in, too
    return ControlSettings(
        roles=roles if config.operators.sign_in else None,
        plugin_permissions=plugin_permissions,
        lockout=_lockout(config),
        figures_aggregated=config.operators.staff_figures == "aggregated",
        shift_rules=_shift_rules(config),
        count_rules=_count_rules(config),
        drawers=_drawers(config),
        shared_drawer=shifts.shared_drawer,
        shift_needed=shifts.needed,
        day_ends_by_z=config.day.closes == "z",
        cash_reasons=tuple(shifts.cash_reasons.items()),
        cash_reason_kinds=shifts.cash_reasons_needed,
        cash_slips=shifts.slips,
    )


def with_foreign(settings: ControlSettings, tenders: Iterable[TenderRule]) -> ControlSettings:
    """Return the settings with the foreign notes that tender types take, for counting them."""
    foreign = tuple(
        (each.foreign.currency, _notes(each.foreign)) for each in tenders if each.foreign
    )
    if settings.count_rules is None or not foreign:
        return settings
    return attrs.evolve(settings, count_rules=attrs.evolve(settings.count_rules, foreign=foreign))


def _notes(foreign: Foreign) -> tuple[Denomination, ...]:
    return tuple(Denomination(minor=each, is_note=True) for each in foreign.denominations_minor)


def roles_of(config: TillConfig, permissions: Iterable[Permission] = ()) -> Roles:
    """Return the roles of a till: what permissions say of the usual ones, then ``[roles.ID]``.

    Raises:
        ConfigurationError: a permission or limit cannot be.
    """
    declared = (*KERNEL_PERMISSIONS, *permissions)
    return compose_roles(declared, tuple(_role(config, id_) for id_ in config.roles))


def check_asked(permissions: Iterable[Permission], asked: Iterable[tuple[str, str]]) -> None:
    """Refuse a permission that an action or a command asks for and nobody declares; at start.

    Args:
        permissions: that plugins declare.
        asked: who asks, in words, and the permission; an empty one asks for none.

    Raises:
        ConfigurationError: with the nearest id there is.
    """
    roles = compose_roles((*KERNEL_PERMISSIONS, *permissions), ())
    for who, permission in asked:
        if permission:
            roles.check_asked((permission,), who)


def _role(config: TillConfig, id_: str) -> RoleSetting:
    entry = config.roles[id_]
    grants: dict[str, Grant] = dict.fromkeys(entry.deny, NEVER)
    for permission in dict.fromkeys((*entry.allow, *entry.ask)):
        if permission in grants:
            raise ConfigurationError(
                f"roles.{id_} denies {permission} and grants it", hint="keep one of them"
            )
        grants[permission] = Grant(
            allow=_limit(config, f"roles.{id_}.allow.{permission}", entry.allow.get(permission)),
            ask=_limit(config, f"roles.{id_}.ask.{permission}", entry.ask.get(permission)),
        )
    return RoleSetting(id=id_, label=entry.label, like=entry.like, grants=tuple(grants.items()))


def _limit(config: TillConfig, where: str, text: str | None) -> Limit | None:
    """Return a limit as written: ``any``, ``10 %``, ``50.00``, or ``10 %, 50.00``."""
    if text is None:
        return None
    try:
        return read_limit(text, exponent(config.till.currency))
    except DataError as error:
        raise ConfigurationError(f"{where}: {error.message}", hint=error.hint) from error


def read_limit(text: str, digits: int) -> Limit:
    """Read a limit; ``digits`` are the decimals of the currency.

    Raises:
        DataError: it is none.
    """
    if text.strip() == "any":
        return Limit()
    parts = [part.strip() for part in re.split(r",\s+", text.strip())]
    percents = [part.removesuffix("%") for part in parts if part.endswith("%")]
    amounts = [part for part in parts if not part.endswith("%")]
    try:
        percents_milli = [parse_milli(each.strip()) for each in percents]
        minors = [parse_minor(each, digits) for each in amounts]
    except DataError as error:
        raise _no_limit(text) from error
    if len(percents) > 1 or len(amounts) > 1:
        raise _no_limit(text)
    return Limit(
        minor=minors[0] if minors else None,
        percent_milli=percents_milli[0] if percents_milli else None,
    )


def _no_limit(text: str) -> DataError:
    return DataError(
        f"{text!r} is no limit", hint='write "any", "10 %" or "50.00", or both as "10 %, 50.00"'
    )


def _lockout(config: TillConfig) -> LockoutPolicy:
    found = config.operators
    for name in ("free_tries", "first_wait_s", "wait_max_s", "idle_lock_s"):
        if getattr(found, name) < 0:
            raise ConfigurationError(f"operators.{name} is below zero", hint="write 0 or more")
    return LockoutPolicy(
        free_tries=found.free_tries,
        first_wait_us=found.first_wait_s * SECOND_US,
        wait_max_us=found.wait_max_s * SECOND_US,
    )


def _shift_rules(config: TillConfig) -> ShiftRules:
    shifts = config.shifts
    return ShiftRules(
        declared_types=shifts.declared,
        reason_limit_minor=_amount(config, "shifts.reason_limit", shifts.reason_limit),
        skim_limit_minor=_amount(config, "shifts.skim_limit", shifts.skim_limit or "0"),
        self_confirm=shifts.self_confirm,
        unconfirmed_max=shifts.unconfirmed_max,
    )


def _count_rules(config: TillConfig) -> CountRules:
    listed = {
        _amount(config, "cash.denominations", each): Denomination(
            minor=_amount(config, "cash.denominations", each)
        )
        for each in config.cash.denominations
    }
    known = {each.minor: each for each in euro()} if config.till.currency == "EUR" else {}
    chosen = listed or known
    return CountRules(
        currency=config.till.currency,
        denominations=tuple(known.get(minor, chosen[minor]) for minor in sorted(chosen)),
    )


def _drawers(config: TillConfig) -> tuple[Drawer, ...]:
    names = (*config.shifts.drawers, *config.shifts.floating)
    for at, name in enumerate(names):
        if not name or name in names[:at]:
            raise ConfigurationError(
                f"shifts: drawer {name!r} cannot be", hint="give each drawer a name of its own"
            )
    till = config.till.id
    return (
        *(Drawer(id=each, till=till) for each in config.shifts.drawers),
        *(Drawer(id=each, floating=True) for each in config.shifts.floating),
    )


def _amount(config: TillConfig, path: str, text: str) -> int:
    try:
        minor = parse_minor(text, exponent(config.till.currency))
    except DataError as error:
        raise ConfigurationError(f"{path}: {error.message}", hint=error.hint) from error
    if minor < 0:
        raise ConfigurationError(f"{path} is below zero", hint="write 0 or more")
    return minor
