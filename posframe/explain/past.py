"""What a till's journal knows, read without disturbing a till that runs: plugins' read models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.assembly import ShopContext
    from posframe.kernel.activation import Hooks
    from posframe.store.looking import ReadModels


def connect(hooks: Hooks, contexts: Mapping[str, ShopContext], models: ReadModels | None) -> None:
    """Let plugins ask their read models, as they stand in a till's journal.

    Without one they are answered with no rows: nothing was ever sold.
    """
    for plugin, found in hooks.collect("posframe_projections"):
        for model in found:
            contexts[plugin.name].queries.update(model.queries)
    for context in contexts.values():
        context.run = models.query if models is not None else _nothing


def _nothing(_sql: str, _parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return []
