"""Where prices, taxes and offers come from: the basket alone, or a till's folder beside it.

The hooks are the till's own: plugins found by entry point and made from settings, asked through the
kernel's facade. They are made once for all baskets with the same offers.
"""

from __future__ import annotations

import json
import zoneinfo
from typing import TYPE_CHECKING, Any

import attrs

from posframe.assembly import Outside, ShopContext, make_hooks
from posframe.catalogue.finder import CatalogueFinder
from posframe.catalogue.store import Catalogue
from posframe.config import FORMAT, TillConfig, TillSection, load_config
from posframe.errors import ConfigurationError, PosframeError
from posframe.explain.baskets import Usual
from posframe.explain.past import connect
from posframe.explain.reading import Refused
from posframe.kernel.activation import Hooks
from posframe.plugins import installed, make_plugins
from posframe.shop_settings import tax_policy
from posframe.store.journal import StoreOptions
from posframe.store.looking import ReadModels
from posframe.system import SystemClock
from posframe.till import CATALOGUE_FILE, JOURNAL_FILE

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from posframe.explain.asked import Asked

PROMOTIONS = "promotions"
HOOKS_MAX = 64
"""Sets of hooks that are kept; a file may bring new offers with every basket."""

_SETTINGS = f"plugins.{PROMOTIONS}."


def promotions_hooks(config: TillConfig, offers: list[Any]) -> Hooks:
    """Return the promotions plugin alone, with the money and place of a till, and these offers.

    Raises:
        PosframeError: it is not installed, or the offers cannot be read.
    """
    own = dict(config.plugins.get(PROMOTIONS, {}))
    own.pop("files", None)
    alone = attrs.evolve(
        config, plugins={"enable": [PROMOTIONS], PROMOTIONS: {**own, "offers": offers}}
    )
    contexts: dict[str, ShopContext] = {}
    hooks = Hooks(make_plugins(alone, lambda name: contexts.setdefault(name, ShopContext(alone))))
    connect(hooks, contexts, None)
    return hooks


class Shop:
    """What a basket is priced with."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the till in ``folder``; without one, a basket says everything itself.

        Raises:
            ConfigurationError: the folder holds no till, or its settings are wrong.
        """
        self._config = load_config(folder) if folder else None
        self._finder = _catalogue(self._config) if self._config else None
        self._models = _models(self._config) if self._config else None
        self._installed = installed()
        self._hooks: dict[str, Hooks] = {}

    @property
    def is_till(self) -> bool:
        """Tell whether there is a till that knows prices, taxes and offers."""
        return self._config is not None

    def usual(self) -> Usual:
        """Return what holds where a basket does not say."""
        if self._config is None:
            return Usual(now_us=SystemClock("UTC").wall_us())
        zone = self._config.till.timezone
        return Usual(
            currency=self._config.till.currency,
            policy=tax_policy(self._config),
            now_us=SystemClock(zone).wall_us(),
            timezone=zoneinfo.ZoneInfo(zone),
            needs_prices=False,
        )

    def hooks(self, asked: Asked) -> Hooks:
        """Return the plugins that price ``asked``.

        Raises:
            Refused: its offers cannot be; the path says which.
        """
        key = json.dumps([asked.currency, asked.offers, asked.solve_ms])
        found = self._hooks.pop(key, None)
        if found is None:
            found = self._made(asked)
            if len(self._hooks) >= HOOKS_MAX:
                del self._hooks[next(iter(self._hooks))]
        self._hooks[key] = found
        return found

    def close(self) -> None:
        """Let go of the till's files."""
        if self._finder is not None:
            self._finder.close()
        if self._models is not None:
            self._models.close()

    def _made(self, asked: Asked) -> Hooks:
        config = _with_offers(self._config or _nowhere(asked.currency), asked, self._installed)
        contexts: dict[str, ShopContext] = {}

        def context_for(name: str) -> ShopContext:
            return contexts.setdefault(name, ShopContext(config))

        try:
            if self._finder is None:
                hooks = Hooks(make_plugins(config, context_for, self._installed))
            else:
                outside = _outside(self._finder)
                hooks = make_hooks(config, outside, contexts, SystemClock("UTC").wall_us())
        except ConfigurationError as error:
            raise _refused(error, asked) from error
        connect(hooks, contexts, self._models)
        return hooks


def _outside(finder: CatalogueFinder) -> Outside:
    store = StoreOptions(path=":memory:")
    return Outside(clock=None, ids=None, store=store, catalogue=finder, handlers=dict)


def _catalogue(config: TillConfig) -> CatalogueFinder:
    path = config.folder / CATALOGUE_FILE
    currency = config.till.currency
    if not path.exists():
        return CatalogueFinder(Catalogue.in_memory(currency=currency), config.barcodes, None)
    catalogue = Catalogue.open(path, currency=currency, read_only=True)
    return CatalogueFinder(catalogue, config.barcodes, None)


def _models(config: TillConfig) -> ReadModels | None:
    path = config.folder / JOURNAL_FILE
    return ReadModels(path) if path.exists() else None


def _nowhere(currency: str) -> TillConfig:
    return TillConfig(format=FORMAT, till=TillSection(id="explain", currency=currency))


def _with_offers(config: TillConfig, asked: Asked, known: Collection[str]) -> TillConfig:
    """Return settings in which the promotions plugin has a basket's offers and work limit."""
    enabled = config.enabled
    if asked.offers is not None:
        if PROMOTIONS not in known:
            raise Refused(
                "offers",
                f"The plugin {PROMOTIONS} is not installed, which knows offers",
                "install it, or leave offers out",
            )
        table: dict[str, Any] = {"offers": list(asked.offers)}
    elif PROMOTIONS in enabled:
        table = dict(config.plugins.get(PROMOTIONS, {}))
    else:
        return config
    if asked.solve_ms is not None:
        table["total_ms"] = asked.solve_ms
    names = enabled if PROMOTIONS in enabled else (*enabled, PROMOTIONS)
    return attrs.evolve(
        config, plugins={**config.plugins, "enable": list(names), PROMOTIONS: table}
    )


def _refused(error: PosframeError, asked: Asked) -> PosframeError:
    """Return an error in a basket's offers with its path in the basket; others as they are."""
    path = str(getattr(error, "path", "")).removeprefix(_SETTINGS)
    if asked.offers is None or not path:
        return error
    message = error.message.removeprefix(_SETTINGS)
    return Refused(path, message, error.hint)
