"""Plugins: discovery by entry point, activation by till.toml, checks at start, the typed facade.

pluggy's markers say what a hook and an implementation are. Checks and calls are our own: messages
that name plugin and version, and plain loops at a tenth of the cost.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import DataError, PluginError, RuleViolation
from posframe.kernel.active import ActivePlugin as ActivePlugin
from posframe.kernel.active import Fault
from posframe.kernel.answers import answer_problem, contribution_problem
from posframe.kernel.domain.card_guard import shown, shown_value
from posframe.kernel.domain.pricing import offer_problem, overdrawn, withdrawn
from posframe.kernel.start_checks import check_plugins
from posframe.kernel.start_checks import hook_names as hook_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from posframe.kernel.contracts import PriceRule
    from posframe.kernel.domain.basket import LineItem, OfferRow
    from posframe.kernel.domain.tax import Tax
    from posframe.kernel.domain.tender import Tender
    from posframe.kernel.domain.views import (
        FoundCoupon,
        FoundCustomer,
        FoundItem,
        FoundPrice,
        Moment,
        SaleView,
    )
    from posframe.kernel.ports import Recorded

SAMPLE_EVERY = 16
"""One call in so many is timed, for ``posframe plugins inspect``."""


class Hooks:
    """One typed method per hook that is called while selling; ``collect`` for the rest."""

    def __init__(self, plugins: Sequence[ActivePlugin]) -> None:
        self.plugins = tuple(plugins)
        self.faults: list[Fault] = []
        check_plugins(self.plugins)
        self._calls = {
            name: [
                (each, getattr(each.plugin, name))
                for each in self.plugins
                if hasattr(each.plugin, name)
            ]
            for name in hook_names()
        }
        self.price_rules = [
            (plugin, rule)
            for plugin, rules in self.collect("posframe_price_rules")
            for rule in rules
        ]
        self._events = {
            plugin.name: frozenset(classes) for plugin, classes in self.collect("posframe_events")
        }
        self.encode: Callable[[Any], Any] = lambda _event: None
        """Tries whether the journal can keep an event; the assembly puts the codec's here."""
        self.commands = {
            each.command: (plugin, each)
            for plugin, found in self.collect("posframe_commands")
            for each in found
        }

    def collect(self, hook: str) -> list[tuple[ActivePlugin, Any]]:
        """Return what each plugin contributes to a collecting hook.

        Raises:
            PluginError: one failed; a till does not start on half a contribution.
        """
        found = []
        for plugin, function in self._calls[hook]:
            try:
                answer = function()
                if answer is not None and not isinstance(answer, Mapping):
                    answer = tuple(answer)  # a generator runs here, where its failure has a name
            except Exception as error:
                raise _failure(plugin, hook, error) from error
            if answer is None:
                continue
            problem = contribution_problem(hook, answer)
            if problem:
                raise _failure(plugin, hook, TypeError(problem))
            found.append((plugin, answer))
        return found

    def implementations(self, hook: str) -> list[ActivePlugin]:
        """Return the plugins that implement ``hook``, in the order they are asked."""
        return [plugin for plugin, _ in self._calls[hook]]

    def parse_entry(self, text: str, screen: str, sale: SaleView | None) -> Any:  # noqa: ANN401 - any command
        """Return the command an entry means, or None."""
        return self._first("posframe_parse_entry", text=text, screen=screen, sale=sale)

    def identify_item(self, code: str, aim: str, at_us: int) -> FoundItem | None:
        """Return the item a code means, or None; what the code says of it holds no card data."""
        found: FoundItem | None = self._first(
            "posframe_identify_item", code=code, aim=aim, at_us=at_us
        )
        if found is not None and found.attributes:
            return attrs.evolve(found, attributes=shown_value(found.attributes))
        return found

    def identify_customer(self, code: str) -> FoundCustomer | None:
        """Return the customer a card means, with the plugin that knows it, or None."""
        owned = self._owned("posframe_identify_customer", code=code)
        return attrs.evolve(owned[0], plugin=owned[1]) if owned else None

    def identify_coupon(
        self, code: str, sale: SaleView, at_us: int
    ) -> tuple[FoundCoupon, str] | None:
        """Return the coupon a code means, with the plugin that knows it, or None."""
        return self._owned("posframe_identify_coupon", code=code, sale=sale, at_us=at_us)

    def line_price(
        self, sku: str, quantity_milli: int, pack_milli: int, groups: tuple[str, ...], at_us: int
    ) -> FoundPrice | None:
        """Return what a price list asks for an item, or None."""
        found: FoundPrice | None = self._first(
            "posframe_line_price",
            sku=sku,
            quantity_milli=quantity_milli,
            pack_milli=pack_milli,
            groups=groups,
            at_us=at_us,
        )
        return found

    def knows(self, code: str, aim: str = "", at_us: int = 0) -> bool:
        """Tell whether a code is one of this till's own, though it looks like a card's number.

        A plugin that refuses it in words of its own knows it for one of its kind.
        """
        for ask in (
            lambda: self.identify_item(code, aim, at_us),
            lambda: self.identify_customer(code),
        ):
            try:
                if ask() is not None:
                    return True
            except RuleViolation:
                return True
            except DataError:
                continue
        return False

    def tax_profile(
        self, category: str, department: str, fulfilment: str, at_us: int
    ) -> tuple[Tax, ...]:
        """Return the taxes of a category.

        Raises:
            RuleViolation: nobody knows it.
        """
        taxes: tuple[Tax, ...] | None = self._first(
            "posframe_tax_profile",
            category=category,
            department=department,
            fulfilment=fulfilment,
            at_us=at_us,
        )
        if taxes is None:
            raise RuleViolation(
                f"The tax category {category!r} is unknown",
                hint=f"add [tax.categories.{category}] to till.toml, or mend the item",
            )
        return taxes

    def may_open_drawer(self, reason: str, sale: SaleView | None) -> bool:
        """Tell whether the drawer may be opened."""
        return self._first("posframe_drawer_policy", reason=reason, sale=sale) is not False

    def price(self, sale: SaleView, changed: tuple[int, ...]) -> tuple[OfferRow, ...]:
        """Return the checked offer rows of every rule; one that takes too much is taken away."""
        rows: dict[str, OfferRow] = {}
        for plugin, rule in self.price_rules:
            rows |= self._proposed(plugin, rule, sale, changed, rows)
        while offer := overdrawn(sale, tuple(rows.values()), changed):
            standing = {row.offer: row for row in (*sale.offers, *rows.values())}
            rows[offer] = attrs.evolve(standing[offer], minor=0, shares=())
            for plugin in self.plugins:
                if plugin.name == rows[offer].plugin:
                    problem = PluginError(f"offer {offer!r} takes more than there is")
                    self._failed(plugin, "posframe_price_rules", problem)
        return tuple(rows.values())

    def _proposed(
        self,
        plugin: ActivePlugin,
        rule: PriceRule,
        sale: SaleView,
        changed: tuple[int, ...],
        others: Mapping[str, OfferRow],
    ) -> dict[str, OfferRow]:
        """Return one rule's rows; without it, its offers on what changed do not stand."""
        if plugin.quarantined:
            return withdrawn(sale, plugin.name, changed)
        try:
            rows = [
                row if row.plugin == plugin.name else attrs.evolve(row, plugin=plugin.name)
                for row in rule.price(sale, changed)
            ]
            problem = offer_problem(sale, rows, others)
            failure: Exception | None = PluginError(problem) if problem else None
        except Exception as error:  # noqa: BLE001 - judged by the plugin's criticality
            failure = error
        if failure is not None:
            self._failed(plugin, "posframe_price_rules", failure)
            return withdrawn(sale, plugin.name, changed)
        return {row.offer: row for row in rows}

    def before_line(self, sale: SaleView, lines: tuple[LineItem, ...]) -> None:
        """Raise the first objection to lines."""
        self._judge("posframe_before_line", sale=sale, lines=lines)

    def before_tender(self, sale: SaleView, tender: Tender) -> None:
        """Raise the first objection to a tender."""
        self._judge("posframe_before_tender", sale=sale, tender=tender)

    def before_complete(self, sale: SaleView) -> None:
        """Raise the first objection to closing the sale."""
        self._judge("posframe_before_complete", sale=sale)

    def contribute(self, sale: SaleView | None, events: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the events plugins add to an action; kernel events are refused."""
        added: list[Any] = []
        hook = "posframe_contribute"
        for plugin, function in self._calls[hook]:
            answer = self._call(plugin, hook, function, {"sale": sale, "events": events})
            if answer:
                added.extend(self._kept(plugin, hook, answer))
        return tuple(added)

    def decide(
        self,
        command: Any,  # noqa: ANN401 - a plugin's own class
        sale: SaleView | None,
        moment: Moment,
    ) -> tuple[str, tuple[Any, ...]]:
        """Return what a plugin's command comes to.

        Raises:
            RuleViolation: it is refused.
            PluginError: no plugin has it, or its plugin failed.
        """
        known = self.commands.get(type(command))
        if known is None:
            raise PluginError(f"No plugin of this till knows {type(command).__name__}")
        plugin, type_ = known
        try:
            words, events = type_.decide(command, sale, moment)
            return str(words), self._checked_events(plugin, events)
        except (RuleViolation, DataError):
            raise
        except Exception as error:
            self.note_fault(plugin, "posframe_commands", error)
            raise _failure(plugin, "posframe_commands", error) from error

    def committed(self, recorded: tuple[Recorded, ...]) -> None:
        """Tell plugins what is on disk."""
        for plugin, function in self._calls["posframe_committed"]:
            if plugin.quarantined:
                continue
            try:
                function(recorded=recorded)
            except Exception as error:  # noqa: BLE001 - what is on disk is on disk
                self.note_fault(plugin, "posframe_committed", error)

    def sections(self, completed: Any) -> list[Any]:  # noqa: ANN401 - TransactionCompleted
        """Return the receipt sections plugins add."""
        sections: list[Any] = []
        hook = "posframe_receipt_sections"
        for plugin, function in self._calls[hook]:
            if plugin.quarantined:
                continue
            try:
                sections.extend(function(completed=completed) or ())
            except Exception as error:  # noqa: BLE001 - a receipt is printed without the section
                self.note_fault(plugin, hook, error)
        return sections

    def take_faults(self) -> list[Fault]:
        """Return the faults since last asked, and forget them."""
        faults, self.faults = self.faults, []
        return faults

    def _first(self, hook: str, **arguments: Any) -> Any:  # noqa: ANN401 - the hook's answer
        """Return the first answer; as below, on every scan."""
        for plugin, function in self._calls[hook]:
            answer = self._answer(plugin, hook, function, arguments)
            if answer is not None:
                return answer
        return None

    def _owned(self, hook: str, **arguments: Any) -> tuple[Any, str] | None:  # noqa: ANN401 - as above
        """Return the first answer and the name of the plugin that gave it."""
        for plugin, function in self._calls[hook]:
            answer = self._answer(plugin, hook, function, arguments)
            if answer is not None:
                return answer, plugin.name
        return None

    def _answer(
        self,
        plugin: ActivePlugin,
        hook: str,
        function: Callable[..., Any],
        arguments: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - the hook's answer
        answer = self._call(plugin, hook, function, arguments)
        problem = answer_problem(hook, answer) if answer is not None else ""
        if problem:
            self._failed(plugin, hook, TypeError(problem))
            return None
        return answer

    def _judge(self, hook: str, **arguments: Any) -> None:  # noqa: ANN401 - the hook's arguments
        for plugin, function in self._calls[hook]:
            objection = self._call(plugin, hook, function, arguments)
            if objection is None:
                continue
            if isinstance(objection, RuleViolation):
                raise objection
            self._failed(plugin, hook, TypeError(f"returned {objection!r}, not a RuleViolation"))

    def _call(
        self,
        plugin: ActivePlugin,
        hook: str,
        function: Callable[..., Any],
        arguments: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - the hook's answer
        if plugin.faults and plugin.quarantined:
            return None
        plugin.calls += 1
        try:
            if plugin.calls % SAMPLE_EVERY:
                return function(**arguments)
            began = time.perf_counter_ns()
            answer = function(**arguments)
            plugin.sampled_ns += time.perf_counter_ns() - began
            plugin.sampled += 1
        except (RuleViolation, DataError):
            raise
        except Exception as error:  # noqa: BLE001 - judged by the plugin's criticality
            self._failed(plugin, hook, error)
            return None
        return answer

    def _kept(self, plugin: ActivePlugin, hook: str, events: Any) -> tuple[Any, ...]:  # noqa: ANN401 - plugin data
        """Return what a plugin contributes, or nothing of it if any of it cannot be kept."""
        try:
            return self._checked_events(plugin, events)
        except Exception as error:  # noqa: BLE001 - judged by the plugin's criticality
            self._failed(plugin, hook, error)
            return ()

    def _checked_events(self, plugin: ActivePlugin, events: Any) -> tuple[Any, ...]:  # noqa: ANN401 - plugin data
        own = self._events.get(plugin.name, frozenset())
        checked = tuple(events)
        for event in checked:
            if type(event) not in own:
                raise TypeError(f"{event!r} is not among its posframe_events")
            self.encode(event)
        return tuple(shown_value(event, self.knows) for event in checked)

    def _failed(self, plugin: ActivePlugin, hook: str, error: Exception) -> None:
        self.note_fault(plugin, hook, error)
        if plugin.criticality == "required":
            raise _failure(plugin, hook, error) from error

    def note_fault(self, plugin: ActivePlugin, hook: str, error: Exception) -> None:
        """Count a fault that the sale goes on without; it is journalled with the next action."""
        plugin.faults += 1
        plugin.last_fault = f"{hook}: {describe(error)}"
        self.faults.append(Fault(plugin, hook, describe(error)))


def describe(error: Exception) -> str:
    """Return an exception as one line."""
    text = shown(str(error)).replace("\n", " ")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _failure(plugin: ActivePlugin, hook: str, error: Exception) -> PluginError:
    return PluginError(
        f"Plugin {plugin.name} {plugin.version} failed in {hook}: {describe(error)}",
        hint="nothing was changed; try again, and tell support the plugin's name",
    )
