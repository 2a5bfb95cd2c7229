"""Assembling a till: plugins, hooks, codec, journal and engine from one configuration."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from posframe.catalogue.finder import CatalogueFinder
from posframe.control_rules import check_asked, control_settings, with_foreign
from posframe.defaults import NAME, Defaults, QueryContext
from posframe.errors import ConfigurationError, PluginError, RuleViolation
from posframe.kernel.activation import ActivePlugin, Hooks
from posframe.kernel.contracts import Action, JobHandler, Projection, TenderType
from posframe.kernel.domain.events import (
    KERNEL_EVENTS,
    KERNEL_NAMESPACES,
    TransactionCompleted,
)
from posframe.kernel.domain.sold import SoldSale
from posframe.kernel.domain.views import FoundReceipt
from posframe.kernel.engine import Engine, EngineParts
from posframe.kernel.ports import Clock, IdSource
from posframe.kernel.providers import PaymentProvider
from posframe.plugins import make_plugins
from posframe.reports.returns import RETURNS
from posframe.shop_settings import (
    amount_setting,
    cash_rounding,
    denominations_minor,
    kernel_settings,
    tax_policy,
)
from posframe.store.codec import Codec
from posframe.store.journal import SqliteJournal, StoreOptions
from posframe.system import RisingIds, SystemClock
from posframe.taxes.profile import tax_profile
from posframe.tender_checks import check_tenders
from posframe.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.config import TillConfig
    from posframe.kernel.domain.cash_rounding import CashRounding
    from posframe.kernel.domain.control_settings import ControlSettings


@attrs.frozen(kw_only=True)
class Assembly:
    """The parts of one till, ready to run."""

    hooks: Hooks
    codec: Codec
    journal: SqliteJournal
    engine: Engine
    catalogue: CatalogueFinder
    clock: Clock
    ids: IdSource
    tenders: tuple[TenderType, ...]
    actions: tuple[tuple[str, Action], ...]
    """Each with the plugin that brings it."""
    fingerprint: str
    """Of software, plugins and settings."""


class ShopContext(QueryContext):
    """What a plugin is made with: its queries, and the shop's money."""

    def __init__(self, config: TillConfig) -> None:
        super().__init__()
        self._config = config

    @property
    def currency(self) -> str:
        """ISO 4217 code of the till's currency."""
        return self._config.till.currency

    @property
    def store(self) -> str:
        """The store's name."""
        return self._config.till.store

    @property
    def timezone(self) -> str:
        """IANA name of the till's time zone."""
        return self._config.till.timezone

    @property
    def folder(self) -> Path:
        """The till's folder; in training that of the live till, where the shop's files are."""
        folder = self._config.folder
        return folder.parent if self._config.training else folder

    def amount_minor(self, text: str, setting: str) -> int:
        """Return an amount of the settings in minor units, naming ``setting`` when it is none."""
        return amount_setting(self._config, setting, text)

    @property
    def cash_rounding(self) -> CashRounding | None:
        """How cash is rounded here; None: it is not."""
        return cash_rounding(self._config)

    @property
    def denominations_minor(self) -> tuple[int, ...]:
        """Notes and coins, largest first."""
        return denominations_minor(self._config)

    @property
    def cash_limit_minor(self) -> int:
        """The most that is taken in cash at once."""
        return self.amount_minor(self._config.cash.limit, "cash.limit")


@attrs.frozen(kw_only=True)
class Outside:
    """What an assembly is given from outside."""

    clock: Clock | None
    ids: IdSource | None
    store: StoreOptions
    catalogue: CatalogueFinder
    handlers: Callable[[], dict[str, JobHandler]]
    practice: Callable[[], PaymentProvider] | None = None
    """What payments are asked in training."""


def assemble(config: TillConfig, outside: Outside) -> Assembly:
    """Return the parts of a till, its journal open and its state folded.

    Raises:
        PosframeError: it cannot start; the message says what to do.
    """
    clock = outside.clock or SystemClock(config.till.timezone)
    contexts: dict[str, ShopContext] = {}
    hooks = make_hooks(config, outside, contexts, clock.wall_us())
    tenders = _tenders(hooks)
    if config.training:  # what plugins bring is never asked: no line of theirs is opened
        from posframe.practising import PracticeTerminal, practice_tenders

        tenders = practice_tenders(tenders, outside.practice or PracticeTerminal())
    _check_departments(config, hooks, clock)
    codec = _codec(hooks)
    hooks.encode = codec.encode
    journal = _journal(outside, codec, hooks)
    try:
        _connect(contexts, hooks, journal)
        parts = EngineParts(
            journal=journal,
            hooks=hooks,
            clock=clock,
            ids=outside.ids or RisingIds(journal.newest_command()),
            settings=attrs.evolve(
                kernel_settings(config, tenders),
                control=with_foreign(_control(config, hooks), (each.rule for each in tenders)),
            ),
            policy=tax_policy(config),
            find_receipt=lambda number: _find_receipt(contexts[NAME], number),
            find_sale=lambda number, id_: _find_sale(contexts[NAME], journal, number, id_),
            boot=journal.boot,
        )
        engine = Engine(parts)
    except BaseException:
        journal.close()
        raise
    return Assembly(
        hooks=hooks,
        codec=codec,
        journal=journal,
        engine=engine,
        catalogue=outside.catalogue,
        clock=clock,
        ids=parts.ids,
        tenders=tenders,
        actions=_actions(hooks),
        fingerprint=_fingerprint(config, hooks.plugins),
    )


def _control(config: TillConfig, hooks: Hooks) -> ControlSettings:
    permissions = [each for _, found in hooks.collect("posframe_permissions") for each in found]
    commands = [
        (plugin.name, each)
        for plugin, found in hooks.collect("posframe_commands")
        for each in found
    ]
    check_asked(
        permissions,
        [
            *(
                (f"plugin {name}: {each.command.__name__}", each.permission)
                for name, each in commands
            ),
            *(
                (f"plugin {name}: action {each.id}", each.permission)
                for name, each in _actions(hooks)
            ),
        ],
    )
    asked = tuple((each.command, each.permission) for _, each in commands)
    return control_settings(config, permissions, asked)


def make_hooks(
    config: TillConfig, outside: Outside, contexts: dict[str, ShopContext], now_us: int
) -> Hooks:
    """Return the plugins till.toml names, and the kernel's own answers behind them.

    The context of each is put into ``contexts`` by its name.

    Raises:
        ConfigurationError: a plugin, its settings or a tax cannot be.
        PluginError: a plugin cannot be made.
    """

    def context_for(name: str) -> ShopContext:
        return contexts.setdefault(name, ShopContext(config))

    plugins = make_plugins(config, context_for)
    own = Defaults(
        outside.catalogue,
        tax_profile(config, now_us),
        context_for(NAME),
        outside.handlers,
        store=config.till.store,
    )
    return Hooks([*plugins, ActivePlugin(NAME, __version__, own, "required", "posframe")])


def _codec(hooks: Hooks) -> Codec:
    own: list[type] = []
    for plugin, classes in hooks.collect("posframe_events"):
        for cls in classes:
            name = str(getattr(cls, "event_name", ""))
            if name.partition(".")[0] in KERNEL_NAMESPACES:
                raise PluginError(
                    f"Plugin {plugin.name} {plugin.version}: {name} is a name of the kernel's",
                    hint=f"name it {plugin.name}.{name.rpartition('.')[2]}",
                )
            own.append(cls)
    codec = Codec([*KERNEL_EVENTS, *own])
    codec.prepare(own)
    return codec


def _journal(outside: Outside, codec: Codec, hooks: Hooks) -> SqliteJournal:
    owners: dict[str, ActivePlugin] = {}
    models: list[Projection] = []
    for plugin, found in hooks.collect("posframe_projections"):
        for model in found:
            _check_name(plugin, model, owners)
            owners[model.name] = plugin
            models.append(model)

    def failed(model: Projection, error: Exception) -> None:
        hooks.note_fault(owners[model.name], f"read model {model.name}", error)

    options = outside.store
    if not options.boot:
        options = attrs.evolve(options, boot=os.urandom(8).hex())
    return SqliteJournal(options, codec, models, failed)


def _check_name(plugin: ActivePlugin, model: Projection, owners: dict[str, ActivePlugin]) -> None:
    """Refuse a read model whose tables could be taken for those of another, or of the kernel."""
    name = model.name
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        raise PluginError(
            f"Plugin {plugin.name}: {name!r} cannot name a read model",
            hint="letters, digits and underscores, beginning with a letter",
        )
    if name.startswith(_KERNEL_TABLES):
        raise PluginError(
            f"Plugin {plugin.name}: {name} is a name of the kernel's", hint="use another"
        )
    for known, other in owners.items():
        if f"{name}_".startswith(f"{known}_") or f"{known}_".startswith(f"{name}_"):
            raise PluginError(
                f"The read models {known} of plugin {other.name} and {name} of plugin "
                f"{plugin.name} could both own a table {max(known, name, key=len)}_…",
                hint="one of them has to use another name",
            )


_KERNEL_TABLES = (
    "_",
    "journal",
    "kernel",
    "checkpoint",
    "migration",
    "projection",
    "sqlite",
    "wal",
)


def _connect(contexts: dict[str, ShopContext], hooks: Hooks, journal: SqliteJournal) -> None:
    """Let each plugin's context run the queries of its own read models."""
    for plugin, found in hooks.collect("posframe_projections"):
        context = contexts[plugin.name]
        for model in found:
            context.queries.update(model.queries)
    for context in contexts.values():
        context.run = journal.query
        context.behind = lambda: journal.projections.behind


def _tenders(hooks: Hooks) -> tuple[TenderType, ...]:
    found: dict[str, tuple[str, TenderType]] = {}
    for plugin, types in hooks.collect("posframe_tender_types"):
        for each in types:
            other, first = found.setdefault(each.rule.id, (plugin.name, each))
            if first is not each:
                raise ConfigurationError(
                    f"Plugins {other} and {plugin.name} both bring the tender {each.rule.id}",
                    hint="take one of them out of plugins.enable",
                )
    tenders = tuple(each for _, each in found.values())
    check_tenders(tenders)
    return tenders


def _actions(hooks: Hooks) -> tuple[tuple[str, Action], ...]:
    found: dict[str, tuple[str, Action]] = {}
    for plugin, actions in hooks.collect("posframe_actions"):
        for action in actions:
            other, first = found.setdefault(action.id, (plugin.name, action))
            if first is not action:
                raise ConfigurationError(
                    f"Plugins {other} and {plugin.name} both bring the action {action.id}",
                    hint="take one of them out of plugins.enable",
                )
    return tuple(found.values())


def _check_departments(config: TillConfig, hooks: Hooks, clock: Clock) -> None:
    """Refuse a department whose goods could not be taxed."""
    for id_, department in config.departments.items():
        try:
            hooks.tax_profile(department.tax_category, department.name, "", clock.wall_us())
        except RuleViolation as error:
            near = difflib.get_close_matches(department.tax_category, config.tax.categories, 1)
            raise ConfigurationError(
                f"departments.{id_}.tax_category {department.tax_category!r} is unknown",
                hint=f"did you mean {near[0]!r}?" if near else error.hint,
            ) from error


def _find_receipt(context: QueryContext, number: int) -> FoundReceipt | None:
    rows = context.query("receipt", (number,))
    if not rows:
        return None
    transaction, found, copies = rows[0]
    return FoundReceipt(transaction=transaction, receipt_number=found, copies=copies)


def _find_sale(
    context: QueryContext, journal: SqliteJournal, number: int, transaction: str
) -> SoldSale | None:
    """Return a completed transaction, by its receipt or its id, with what came back of it."""
    if not context.is_current(RETURNS.name):  # what came back since is not known for certain
        raise RuleViolation("The returns are being read anew", hint="wait a moment, try again")
    query = ("row_of", (transaction,)) if transaction else ("row_of_number", (number,))
    rows = context.query(*query)
    if not rows:
        return None
    row = next(iter(journal.read(rows[0][0] - 1)))
    completed = row.event
    assert isinstance(completed, TransactionCompleted), "the read model names such rows only"
    returned = context.query("returned", (completed.transaction,))
    refunded = {
        each.id: found[0][0]
        for each in completed.tenders
        if (found := context.query("refunded", (each.id,)))
    }
    return SoldSale(
        completed=completed,
        business_date=row.business_date,
        returned_milli={line: milli for line, milli in returned},  # noqa: C416 - rows are tuples
        refunded_minor=refunded,
    )


def _fingerprint(config: TillConfig, plugins: Sequence[ActivePlugin]) -> str:
    parts = [__version__, config.fingerprint, *(f"{each.name}={each.version}" for each in plugins)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
