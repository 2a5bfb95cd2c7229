"""Settings of people, cash and the day: ``[operators]``, ``[roles]``, ``[shifts]``, ``[day]``."""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OperatorsSection(Value):
    """``[operators]``: who works at the till shows who they are."""

    sign_in: bool = False
    """False: nobody signs in, and an approver is whoever is named."""
    idle_lock_s: int = 300
    """The screen locks after so many seconds without a key; 0: never."""
    badge_needs_pin: bool = True
    """False: a badge alone signs on, for shops where it is worn."""
    free_tries: int = 4
    """Wrong tries without a wait."""
    first_wait_s: int = 30
    """What the next wrong try costs; each further one costs twice as much."""
    wait_max_s: int = 1800
    staff_figures: Literal["by_operator", "aggregated"] = "by_operator"
    """``aggregated``: the exception report names and scores nobody."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RoleEntry(Value):
    """``[roles.ID]``: what a role may do, where that differs from a usual role."""

    label: str = ""
    """As a sentence names one: "a head cashier"."""
    like: str = ""
    """The usual role it begins with; empty: the one of the same id, or nothing."""
    allow: dict[str, str] = attrs.field(factory=dict)
    """Permission to how far: "any", "10 %", "50.00", or both as "10 %, 50.00"."""
    ask: dict[str, str] = attrs.field(factory=dict)
    """The same, with somebody's approval."""
    deny: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftsSection(Value):
    """``[shifts]``: drawers, counts and what a close wants."""

    needed: bool = False
    """True: cash is taken and given in an open shift only."""
    drawers: tuple[str, ...] = ("1",)
    """Drawers that stand at this till."""
    floating: tuple[str, ...] = ()
    """Drawers that go from till to till with their operator."""
    shared_drawer: bool = True
    """True: everybody sells into the one open shift; False: into their own alone."""
    declared: tuple[str, ...] = ()
    """Tender types whose slips or vouchers are added up by hand at the end."""
    reason_limit: str = "0"
    """A larger difference needs a reason."""
    skim_limit: str = ""
    """A drawer that holds more is to be skimmed; empty: no reminder."""
    self_confirm: bool = False
    """True: who counted may also confirm, for a shop of one person."""
    unconfirmed_max: int = 0
    """So many ended shifts may wait when another opens; 0: any number."""
    cash_reasons: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    """Kind of cash movement to the reasons that count."""
    cash_reasons_needed: tuple[str, ...] = ()
    """Kinds of cash movement that need a reason."""
    slips: bool = False
    """True: a slip is printed of cash that goes in or out."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExceptionRuleEntry(Value):
    """``[exceptions.rules.ID]``: what a shop sets of a rule; what is left out is as it comes."""

    free: int | None = None
    """How many are usual, by operator and day or report."""
    weight: int | None = None
    """Points of each more; 0 switches the rule off."""
    least_minor: int | None = None
    """Smaller amounts are left out, in minor units."""
    within_s: int | None = None
    """How soon behind another thing it comes."""
    tags: tuple[str, ...] | None = None
    """Tender types or permissions that count."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExceptionsSection(Value):
    """``[exceptions]``: what the exception report looks at."""

    operators_min: int = 3
    """With fewer people behind it a figure without names is not shown."""
    rules: dict[str, ExceptionRuleEntry] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DaySection(Value):
    """``[day]``: how a business day ends."""

    closes: Literal["midnight", "z"] = "midnight"
    """``z``: the accounting date stays until a Z, past midnight too."""
