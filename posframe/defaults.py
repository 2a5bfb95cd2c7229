"""The kernel's own answers to its hooks: catalogue, configured taxes, read models, actions, jobs.

It is asked last, so that any plugin can answer first; it uses the same hooks as a plugin's author.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import attrs

from posframe.actions import ACTIONS
from posframe.catalogue.learned import LEARNED, item_from_row
from posframe.kernel.domain.views import FoundItem, FoundPrice
from posframe.kernel.hookspecs import hookimpl
from posframe.reports.days import DAYS
from posframe.reports.lessons import LESSONS
from posframe.reports.returns import RETURNS
from posframe.reports.sales import SALES
from posframe.reports.shifts import SHIFTS

if TYPE_CHECKING:
    from posframe.kernel.contracts import Action, JobHandler, PluginContext, Projection
    from posframe.kernel.domain.tax import Tax
    from posframe.kernel.ports import Catalogue
    from posframe.taxes.profile import TaxProfile

NAME = "posframe"


class Defaults:
    """Registered as the plugin ``posframe``, behind all others."""

    criticality = "required"

    def __init__(
        self,
        catalogue: Catalogue,
        taxes: TaxProfile,
        context: PluginContext,
        handlers: Callable[[], dict[str, JobHandler]],
        *,
        store: str = "",
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._taxes = taxes
        self._context = context
        self._handlers = handlers

    @hookimpl
    def posframe_projections(self) -> list[Projection]:
        """Keep sales, returns, closed days, lessons and what was learnt at the till."""
        return [SALES, LEARNED, RETURNS, DAYS, LESSONS, SHIFTS]

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
    def posframe_line_price(
        self, sku: str, quantity_milli: int, pack_milli: int, groups: tuple[str, ...], at_us: int
    ) -> FoundPrice | None:
        """Ask the catalogue's price lists, as far as they are for this store."""
        return self._catalogue.line_price(
            sku,
            quantity_milli,
            pack_milli=pack_milli,
            groups=groups,
            store=self._store,
            at_us=at_us,
        )

    @hookimpl
    def posframe_tax_profile(
        self, category: str, department: str, fulfilment: str, at_us: int
    ) -> tuple[Tax, ...] | None:
        """Answer from ``[tax.categories]``."""
        return self._taxes.taxes(category, fulfilment, at_us)


@attrs.define
class QueryContext:
    """Implements ``PluginContext``: the named queries of one plugin's projections."""

    queries: dict[str, str] = attrs.field(factory=dict)
    run: Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]] | None = None
    behind: Callable[[], Collection[str]] = tuple
    """Returns the names of the projections that are behind."""

    def query(self, name: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a named query of the plugin's own projections."""
        assert self.run is not None, "queries begin when the journal is open"
        return self.run(self.queries[name], parameters)

    def is_current(self, projection: str) -> bool:
        """Tell whether a projection of the plugin's own has all there is."""
        return projection not in self.behind()
