"""Permissions: what a role may do by itself, what it has to ask for, and what it may not do at all.

A permission is declared by the code that needs it (``kernel_permissions`` for the kernel's own,
``posframe_permissions`` for plugins'), with what each role may do unless the shop says otherwise.
Who is signed in, and how an approval is given, is not known here (``approvals``).

What was declared nowhere is denied, to everybody: a forgotten declaration stops work that a test
sees, and opens nothing.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

from posframe.errors import ConfigurationError
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

APPROVE: Final = "approve"
"""Id of the permission to answer for what others do."""

USUAL_ROLES: Final = {
    "trainee": "a trainee",
    "cashier": "a cashier",
    "supervisor": "a supervisor",
    "manager": "a manager",
    "technician": "a technician",
    "auditor": "an auditor",
}
"""By id, as a sentence names them. Permissions' defaults speak of these, and of no shop's own.

A trainee may nothing by default: practice is decided as for the role that a lesson is about.
"""


class Answer(enum.Enum):
    """What becomes of a request."""

    ALLOW = "allow"
    ASK = "ask"
    """Somebody who may do it by himself has to approve it."""
    DENY = "deny"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Amount(Value):
    """How much a request is about. What is not known is above every limit that asks for it."""

    minor: int | None = None
    """Minor units that leave the shop, or that it does not get; never below zero."""
    percent_milli: int | None = None
    """The same in thousandths of a percent of what it was before."""

    def __attrs_post_init__(self) -> None:
        assert self.minor is None or self.minor >= 0, "a sign would slip under every limit"
        assert self.percent_milli is None or self.percent_milli >= 0, "so would this one"


NO_AMOUNT: Final = Amount()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Limit(Value):
    """Up to where something goes, the limit itself included; where both are set, both hold."""

    minor: int | None = None
    percent_milli: int | None = None

    def covers(self, amount: Amount) -> bool:
        """Tell whether an amount is within."""
        return _within(amount.minor, self.minor) and _within(
            amount.percent_milli, self.percent_milli
        )

    def reaches(self, other: Limit) -> bool:
        """Tell whether all that ``other`` covers is covered here too."""
        return _is_wider(self.minor, other.minor) and _is_wider(
            self.percent_milli, other.percent_milli
        )


ANY: Final = Limit()
"""Covers every amount."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Grant(Value):
    """What a role may do with one permission; as it stands, nothing."""

    allow: Limit | None = None
    """Up to here by itself; None: never."""
    ask: Limit | None = None
    """Up to here with an approval; None: never."""

    def answer(self, amount: Amount) -> Answer:
        """Return what becomes of a request for an amount."""
        if self.allow is not None and self.allow.covers(amount):
            return Answer.ALLOW
        if self.ask is not None and self.ask.covers(amount):
            return Answer.ASK
        return Answer.DENY


FREELY: Final = Grant(allow=ANY)
WITH_APPROVAL: Final = Grant(ask=ANY)
NEVER: Final = Grant()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Permission(Value):
    """A right that commands and actions ask for."""

    id: str
    label: str
    """What one may do, as a noun a sentence can begin with: ``Undoing a sale``."""
    roles: tuple[tuple[str, Grant], ...] = ()
    """By id of a usual role, what it may unless settings say otherwise; all others: nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RoleSetting(Value):
    """What settings say of a role; amounts are minor units already."""

    id: str
    label: str = ""
    """As a sentence names one: ``a head cashier``; empty: by its id."""
    like: str = ""
    """A usual role to begin with; empty: the one of the same id, or nothing."""
    grants: tuple[tuple[str, Grant], ...] = ()
    """By id of a permission: these replace what it began with, and nothing else."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Verdict(Value):
    """What a role may do, with words for the one who asked."""

    answer: Answer
    permission: str
    message: str = ""
    """A sentence; empty where it is allowed."""
    limit: Limit | None = None
    """What was passed by the amount, where a smaller one would be allowed."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Roles(Value):
    """The roles of a till and the permissions declared on it; made by ``compose_roles``."""

    labels: Mapping[str, str]
    """Of roles, by id."""
    permissions: Mapping[str, Permission]
    grants: Mapping[tuple[str, str], Grant]
    """By role and permission."""

    def decide(self, role: str, permission: str, amount: Amount = NO_AMOUNT) -> Verdict:
        """Return what a role may do. Roles and permissions nobody declared: nothing."""
        declared = self.permissions.get(permission)
        grant = self.grants.get((role, permission), NEVER)
        answer = grant.answer(amount)
        if declared is None:
            return Verdict(
                answer=Answer.DENY,
                permission=permission,
                message=f"Nobody may do this: {permission!r} was declared by nothing installed",
            )
        if answer is Answer.ALLOW:
            return Verdict(answer=answer, permission=permission)
        above = " this much" if grant.allow is not None else ""
        return Verdict(
            answer=answer,
            permission=permission,
            message=f"{declared.label}{above} needs an approval"
            if answer is Answer.ASK
            else f"{declared.label}{above} is not for {self.labels.get(role, 'this operator')}",
            limit=grant.allow,
        )

    def may_approve(self, role: str, permission: str, amount: Amount = NO_AMOUNT) -> bool:
        """Tell whether a role may answer for others: only for what it may do by itself."""
        return all(
            self.decide(role, asked, amount_).answer is Answer.ALLOW
            for asked, amount_ in ((APPROVE, NO_AMOUNT), (permission, amount))
        )

    def check_asked(self, permissions: Iterable[str], where: str) -> None:
        """Refuse ids that actions or commands ask for and nobody declared; at start.

        Raises:
            ConfigurationError: with the nearest id there is.
        """
        for each in permissions:
            _check_known(each, self.permissions, f"{where} asks for permission {each!r}")


def compose_roles(permissions: Sequence[Permission], settings: Sequence[RoleSetting]) -> Roles:
    """Return the roles of a till: permissions' defaults, then what settings say.

    Raises:
        ConfigurationError: an id is unknown or given twice, or limits contradict each other; the
            hint names the nearest id there is.
    """
    declared = _declared(permissions)
    defaults = _defaults(permissions)
    labels = dict(USUAL_ROLES)
    grants = dict(defaults)
    seen: set[str] = set()
    for setting in settings:
        _check_setting(setting, declared, seen)
        seen.add(setting.id)
        labels[setting.id] = setting.label or labels.get(setting.id, setting.id)
        if setting.like:
            grants = {key: each for key, each in grants.items() if key[0] != setting.id}
            grants.update(_as_for(setting.like, setting.id, defaults))
        grants.update(((setting.id, permission), each) for permission, each in setting.grants)
    return Roles(labels=labels, permissions=declared, grants=grants)


def _declared(permissions: Sequence[Permission]) -> dict[str, Permission]:
    declared: dict[str, Permission] = {}
    for each in permissions:
        if each.id in declared:
            raise ConfigurationError(
                f"Permission {each.id} is declared twice", hint="give one another id"
            )
        declared[each.id] = each
    return declared


def _as_for(
    like: str, role: str, defaults: Mapping[tuple[str, str], Grant]
) -> dict[tuple[str, str], Grant]:
    return {
        (role, permission): each for (usual, permission), each in defaults.items() if usual == like
    }


def _defaults(permissions: Sequence[Permission]) -> dict[tuple[str, str], Grant]:
    defaults = {}
    for permission in permissions:
        for role, grant in permission.roles:
            _check_known(role, USUAL_ROLES, f"Permission {permission.id}: no usual role {role!r}")
            _check_grant(grant, f"permission {permission.id} for {role}")
            defaults[role, permission.id] = grant
    return defaults


def _check_setting(
    setting: RoleSetting, declared: Mapping[str, Permission], seen: set[str]
) -> None:
    where = f"roles.{setting.id}"
    if setting.id in seen:
        raise ConfigurationError(f"{where} is there twice", hint="keep one of them")
    if setting.like:
        _check_known(setting.like, USUAL_ROLES, f"{where}.like: {setting.like!r} is no usual role")
    given: set[str] = set()
    for permission, grant in setting.grants:
        _check_known(
            permission, declared, f"{where}: there is no permission {permission!r} on this till"
        )
        if permission in given:
            raise ConfigurationError(
                f"{where} says two things of {permission}", hint="keep one of them"
            )
        given.add(permission)
        _check_grant(grant, f"{where}.{permission}")


def _check_grant(grant: Grant, where: str) -> None:
    """Refuse a limit below zero, and one for asking that allowing has passed already."""
    numbers = [
        number
        for limit in (grant.allow, grant.ask)
        if limit is not None
        for number in (limit.minor, limit.percent_milli)
        if number is not None
    ]
    if any(number < 0 for number in numbers):
        raise ConfigurationError(f"{where}: a limit is below zero", hint="write 0 or more")
    if grant.allow is not None and grant.ask is not None and not grant.ask.reaches(grant.allow):
        raise ConfigurationError(
            f"{where}: more is allowed than can be asked for",
            hint="set the limit for asking above that for allowing",
        )


def _check_known(id_: str, known: Mapping[str, object], sentence: str) -> None:
    if id_ in known:
        return
    near = difflib.get_close_matches(id_, known, 1)
    raise ConfigurationError(
        sentence,
        hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}",
    )


def _within(number: int | None, limit: int | None) -> bool:
    return limit is None or (number is not None and number <= limit)


def _is_wider(mine: int | None, other: int | None) -> bool:
    return mine is None or (other is not None and other <= mine)
