"""Refuses, at the start, tender types that could not keep their promises about money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError, PluginError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.contracts import TenderType


def check_tenders(tenders: Iterable[TenderType]) -> None:
    """Check tender types that ask somebody outside.

    Raises:
        PluginError: one lacks what its payments need.
        ConfigurationError: a terminal that knows only its last receipt is to serve two.
    """
    by_terminal: dict[str, TenderType] = {}
    for each in tenders:
        _check_parts(each)
        if not each.terminal:
            continue
        other = by_terminal.setdefault(each.terminal, each)
        if other is not each and (_knows_last_only(each) or _knows_last_only(other)):
            raise ConfigurationError(
                f"{other.rule.label} and {each.rule.label} share the terminal {each.terminal}, "
                "which knows only its last receipt: a payment of one could be taken for one of the "
                "other",
                hint="give each a terminal of its own, or leave one of them out",
            )


def unshared(tenders: Iterable[TenderType]) -> set[str]:
    """Return the addresses of terminals that no other till may use: those of one receipt only."""
    return {each.terminal for each in tenders if each.terminal and _knows_last_only(each)}


def _check_parts(tender: TenderType) -> None:
    rule, id_ = tender.rule, tender.rule.id
    asks = rule.capabilities is not None
    if asks != (tender.provider is not None):
        lacks = "provider" if asks else "capabilities"
        raise PluginError(
            f"The tender {id_} has no {lacks}", hint="give both, or neither: tell its author"
        )
    if rule.immediate == asks:
        raise PluginError(
            f"The tender {id_} has to be asked for outside or be settled at once, not both",
            hint="set immediate=False where there is a provider: tell its author",
        )


def _knows_last_only(tender: TenderType) -> bool:
    can = tender.rule.capabilities
    return can is not None and can.inquiry == "last"
