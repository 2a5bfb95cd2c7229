"""What decisions about people, cash and the day take from the till's configuration."""

from __future__ import annotations

import attrs

from posframe.kernel.domain.counting import CountRules
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.lockout import DEFAULT_POLICY, LockoutPolicy
from posframe.kernel.domain.permissions import Roles
from posframe.kernel.domain.shift import ShiftRules
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ControlSettings(Value):
    """Part of ``Settings``."""

    roles: Roles | None = None
    """None: nobody signs in here, and an approver is whoever is named."""
    plugin_permissions: tuple[tuple[type, str], ...] = ()
    """By class of a plugin's command, the permission it asks for."""
    lockout: LockoutPolicy = DEFAULT_POLICY
    figures_aggregated: bool = False
    """True: no report shows what one operator did."""
    shift_rules: ShiftRules = ShiftRules()
    count_rules: CountRules | None = None
    """None: this till counts nothing."""
    drawers: tuple[Drawer, ...] = ()
    """Those that stand at this till, and floating ones."""
    shared_drawer: bool = True
    """True: whoever sells puts cash into the one open shift; False: into their own alone."""
    shift_needed: bool = False
    """True: cash is taken and given in an open shift only."""
    day_ends_by_z: bool = False
    """True: the accounting date stays until a Z; False: a new date begins a new day."""
    cash_reasons: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By kind of cash movement, the reasons that count; a kind not named takes any words."""
    cash_reason_kinds: tuple[str, ...] = ()
    """Kinds of cash movement that need a reason."""
    cash_slips: bool = False
    """True: a slip is printed of cash that goes in or out."""
