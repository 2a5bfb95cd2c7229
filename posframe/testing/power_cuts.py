"""Power cuts at every write, truncate and sync of a shop-day, and what must hold after each.

One ``Life`` of a till is recorded: what it asked of its disk, and when it acknowledged what. Then
``check_cut`` takes any of its moments, lets chance decide what of the unsynced writes is left,
starts a till on that and looks. The second life is recorded as well, so that the start after a cut
can be cut again.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import apsw
import attrs

from posframe.anchors import is_genuine
from posframe.assembly import Outside, assemble
from posframe.config import load_config
from posframe.errors import PosframeError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.transaction import JobStatus, TillState
from posframe.kernel.engine import Engine, Outcome, Submission
from posframe.store.database import open_reader
from posframe.store.journal import SqliteJournal, StoreOptions
from posframe.store.verify import verify
from posframe.testing.crash_disk import CrashDisk, Operation
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.shop_day import HOUSEKEEPING, ShopDay
from posframe.testing.tills import GOODS, memory_catalogue, write_settings
from posframe.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from posframe.assembly import Assembly
    from posframe.catalogue.finder import CatalogueFinder
    from posframe.config import TillConfig
    from posframe.kernel.engine import EngineParts

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
    members: tuple[str, ...] = ()

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        plugins: Sequence[str] = ("payments",),
        settings: str = "",
        members: Sequence[str] = (),
    ) -> Self:
        """Write the settings into ``folder`` and stock the shelves."""
        write_settings(folder, plugins=plugins, settings=settings)
        return cls(load_config(folder), memory_catalogue(GOODS), tuple(members))


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
    wall_us: int = 0
    """Where its clock begins; 0: at noon."""


class Life:
    """One start of a till on a crash disk, to its end."""

    def __init__(self, shop: Shop, folder: Path, options: LifeOptions | None = None) -> None:
        """Start the till; like every till it first puts in doubt what was under way.

        Raises:
            PosframeError: it cannot start.
        """
        self.shop, self.folder = shop, folder
        self.options = options or LifeOptions()
        self.clock = ManualClock(*[self.options.wall_us] * bool(self.options.wall_us))
        self.ids = CountingIds(self.options.generation * IDS_A_LIFE)
        self.disk = CrashDisk(folder, fault=self.options.fault)
        self.acknowledged: list[Acknowledgement] = []
        self.assembly = self._assemble()
        self.engine = self.options.engine(self.assembly.engine.parts)
        self.begin = self._note((), ())
        self.do([self._start()])

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

    def vanish(self) -> None:
        """Let go of the files; what SQLite does then comes after the end of this life."""
        count = len(self.disk.operations)
        self.disk.fault = None
        self.journal.close()
        del self.disk.operations[count:]

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
