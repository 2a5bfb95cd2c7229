"""Lives of a till on a crash disk: what it asked of the disk, and when it answered what.

A ``Life`` is one start of a till, on the calling thread and without a clock of its own, so that a
seed gives the same life each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import attrs

from posframe.assembly import Outside, assemble
from posframe.catalogue.finder import CatalogueFinder
from posframe.config import TillConfig, load_config
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.engine import Engine, EngineParts, Outcome, Submission
from posframe.store.journal import StoreOptions
from posframe.testing.crash_disk import CrashDisk, Operation
from posframe.testing.ports import NOON_US, CountingIds, ManualClock
from posframe.testing.shop_day import HOUSEKEEPING
from posframe.testing.tills import GOODS, memory_catalogue, write_settings
from posframe.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from posframe.assembly import Assembly
    from posframe.store.journal import SqliteJournal
    from posframe.testing.shop_day import ShopDay

JOURNAL = "till.db"
CHECKPOINT_PAGES = 20
"""Few, so that moving pages from the WAL to the database is cut as well."""
STEP_US = 1_700_000
IDS_A_LIFE = 1_000_000


@attrs.frozen
class Shop:
    """What every till of a simulation has in common."""

    config: TillConfig
    catalogue: CatalogueFinder

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        plugins: Sequence[str] = ("payments",),
        settings: str = "",
    ) -> Self:
        """Write the settings into ``folder`` and stock the shelves."""
        write_settings(folder, plugins=plugins, settings=settings)
        return cls(load_config(folder), memory_catalogue(GOODS))


@attrs.frozen(kw_only=True)
class Acknowledgement:
    """A group that was answered: from here on what it did must survive."""

    ordinal: int
    """Operations of the disk up to the answer."""
    seq: int
    """The last row of the journal then."""
    state: TillState
    wall_us: int
    submissions: tuple[Submission, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@attrs.frozen(kw_only=True)
class LifeOptions:
    """How a till lives that is not as it should be."""

    generation: int = 1
    """Keeps the ids of one life apart from those of another."""
    synchronous: str = "FULL"
    engine: Callable[[EngineParts], Engine] = Engine
    fault: Callable[[Operation], None] | None = None
    wall_us: int = NOON_US
    """Where its clock begins."""


class Life:
    """One start of a till on a crash disk, to its end."""

    def __init__(self, shop: Shop, folder: Path, options: LifeOptions | None = None) -> None:
        """Start the till; like every till it first puts in doubt what was under way.

        Raises:
            PosframeError: it cannot start.
        """
        self.shop, self.folder = shop, folder
        self.options = options or LifeOptions()
        self.clock = ManualClock(self.options.wall_us)
        self.ids = CountingIds(self.options.generation * IDS_A_LIFE)
        self.disk = CrashDisk(folder, fault=self.options.fault)
        self.acknowledged: list[Acknowledgement] = []
        self.assembly = self._assemble()
        self.engine = self._engine()
        self.begin = attrs.evolve(self._note((), ()), ordinal=0)
        self.acknowledged = [self.begin]
        started = self.do([self._start()])[0]
        if started.error is not None:
            raise started.error

    @property
    def journal(self) -> SqliteJournal:
        """The journal it writes."""
        return self.assembly.journal

    @property
    def state(self) -> TillState:
        """The state after the last answer."""
        return self.acknowledged[-1].state

    def do(self, commands: Sequence[Any], ids: Sequence[str] = ()) -> list[Outcome]:
        """Do one group, or one word of ``HOUSEKEEPING``, and note the answer."""
        self.clock.advance(STEP_US)
        if commands[0] in HOUSEKEEPING:
            self._keep_house(commands[0])
            return []
        wall_us = self.clock.wall_us()
        submissions = tuple(
            Submission(command=each, id=id_, operator="1")
            for each, id_ in zip(commands, ids or map(self.ids.next, commands), strict=False)
        )
        outcomes = self.engine.execute(submissions)
        self._note(submissions, tuple(outcomes), wall_us)
        return outcomes

    def live(self, day: ShopDay) -> None:
        """Live through ``day``."""
        while group := day.next(self.state):
            self.do(group)

    def end(self) -> None:
        """Close as a till does: with a checkpoint."""
        self.engine.checkpoint()
        self.journal.close()

    def _keep_house(self, what: str) -> None:
        if what == "checkpoint":
            self.engine.checkpoint()
        elif what == "grow":
            self.journal.grow_wal()
        else:
            self.journal.catch_up()

    def _note(
        self,
        submissions: tuple[Submission, ...],
        outcomes: tuple[Outcome, ...],
        wall_us: int = 0,
    ) -> Acknowledgement:
        noted = Acknowledgement(
            ordinal=len(self.disk.operations),
            seq=self.engine.head_seq,
            state=self.engine.state,
            wall_us=wall_us or self.clock.wall_us(),
            submissions=submissions,
            outcomes=outcomes,
        )
        self.acknowledged.append(noted)
        return noted

    def _engine(self) -> Engine:
        assembled = self.assembly.engine
        return assembled if self.options.engine is Engine else self.options.engine(assembled.parts)

    def _assemble(self) -> Assembly:
        store = StoreOptions(
            path=self.folder / JOURNAL,
            boot=f"boot-{self.options.generation}",
            synchronous=self.options.synchronous,
            vfs=self.disk.name,
            checkpoint_pages=CHECKPOINT_PAGES,
        )
        outside = Outside(
            clock=self.clock,
            ids=self.ids,
            store=store,
            catalogue=self.shop.catalogue,
            handlers=dict,
        )
        return assemble(self.shop.config, outside)

    def _start(self) -> cmd.Start:
        return cmd.Start(
            till=self.shop.config.till.id,
            currency=self.shop.config.till.currency,
            software=__version__,
            configuration=self.assembly.fingerprint,
            plugins=tuple((each.name, each.version) for each in self.assembly.hooks.plugins),
            float_minor=15_000,
        )
