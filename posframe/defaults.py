"""The kernel's own answers to its hooks: catalogue, configured taxes, read models, actions, jobs.

It is asked last, so that any plugin can answer first; it uses the same hooks as a plugin's author.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from posframe.actions import ACTIONS
from posframe.catalogue.learned import LEARNED, item_from_row
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.tax import Tax
from posframe.kernel.domain.views import FoundItem
from posframe.kernel.hookspecs import hookimpl
from posframe.reports.sales import SALES

if TYPE_CHECKING:
    from posframe.config import TaxSection
    from posframe.kernel.contracts import Action, JobHandler, PluginContext, Projection
    from posframe.kernel.ports import Catalogue

NAME = "posframe"


class Defaults:
    """Registered as the plugin ``posframe``, behind all others."""

    criticality = "required"

    def __init__(
        self,
        catalogue: Catalogue,
        taxes: TaxSection,
        context: PluginContext,
        handlers: Callable[[], dict[str, JobHandler]],
    ) -> None:
        self._catalogue = catalogue
        self._taxes = {name: _taxes(name, each.taxes) for name, each in taxes.categories.items()}
        _check_codes(self._taxes)
        self._context = context
        self._handlers = handlers

    @hookimpl
    def posframe_projections(self) -> list[Projection]:
        """Keep sales and what was learnt at the till."""
        return [SALES, LEARNED]

    @hookimpl
    def posframe_actions(self) -> tuple[Action, ...]:
        """Offer the actions every till has."""
        return ACTIONS

    @hookimpl
    def posframe_job_handlers(self) -> dict[str, JobHandler]:
        """Print and kick through the configured devices."""
        return self._handlers()

    @hookimpl
    def posframe_identify_item(self, code: str, aim: str, at_us: int) -> FoundItem | None:
        """Look in the catalogue, then among what was learnt."""
        found = self._catalogue.find(code, aim, at_us)
        if found is not None:
            return found
        rows = self._context.query("find", (code,))
        return FoundItem(item=item_from_row(rows[0]), code=code) if rows else None

    @hookimpl
    def posframe_tax_profile(
        self, category: str, department: str, at_us: int
    ) -> tuple[Tax, ...] | None:
        """Answer from ``[tax.categories]``."""
        return self._taxes.get(category)


def _taxes(category: str, entries: tuple[Any, ...]) -> tuple[Tax, ...]:
    taxes = []
    for entry in entries:
        try:
            rate = Rate.percent(entry.rate)
        except DataError as error:
            where = f"tax.categories.{category}.taxes, {entry.code}"
            raise ConfigurationError(
                f"{where}: {error.message}", hint='write it like "5.5"'
            ) from error
        taxes.append(Tax(entry.code, entry.label, rate.numerator, rate.denominator, entry.included))
    return tuple(taxes)


def _check_codes(categories: dict[str, tuple[Tax, ...]]) -> None:
    """Refuse a code that means two taxes: a receipt sums by code and could state one rate only."""
    known: dict[str, tuple[str, Tax]] = {}
    for category, taxes in categories.items():
        for tax in taxes:
            other, first = known.setdefault(tax.code, (category, tax))
            if first != tax or taxes.count(tax) > 1:
                raise ConfigurationError(
                    f"tax.categories.{category}: the tax code {tax.code!r} is used in "
                    f"tax.categories.{other} already",
                    hint="give each rate a code of its own, and each category a code once",
                )


@attrs.define
class QueryContext:
    """Implements ``PluginContext``: the named queries of one plugin's projections."""

    queries: dict[str, str] = attrs.field(factory=dict)
    run: Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]] | None = None

    def query(self, name: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a named query of the plugin's own projections."""
        assert self.run is not None, "queries begin when the journal is open"
        return self.run(self.queries[name], parameters)
