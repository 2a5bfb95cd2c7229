"""The shop of the whole day: its folder, its far sides, and a life of its till as a process.

``python -m tests.simulation.day_shop FOLDER SEED SALES LIFE`` lives once: it goes on behind the
step that was noted last, and ends with the day, unless somebody kills it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from posframe.kernel.contracts import JobHandler, JobResult
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.loop_thread import LoopThread
from posframe.report_documents import document_of
from posframe.store.journal import StoreOptions
from posframe.testing.ports import ManualClock
from posframe.testing.tills import GOODS, memory_catalogue, write_settings
from posframe.testing.whole_day import Means, WholeDay
from posframe.testing.whole_day_running import DayRunner, StepIds
from posframe.till import Ports, Till
from posframe_payments.simulators.gateway_ledger import GatewayLedger
from tests.plugins.payments.desks import SECRET, code
from tests.plugins.payments.gateway_pair import API_KEY, Far
from tests.signing import PINS, CountingKeepers, write_operators

MEMBER = "9528000000017"
CARDS = tuple((code(number), "4321") for number in range(1, 7))
SETTINGS = """
[operators]
sign_in = true

[shifts]
needed = true
drawers = ["1", "2"]
shared_drawer = false

[day]
closes = "z"

[plugins.loyalty]
card_prefix = "9528"

[plugins.payments.gift]
prefix = "2990"

[plugins.payments.account]

[plugins.payments.currencies.USD]
rate = "0.92"
source = "the bank"
as_of = "2025-12-31"
days = 365

[plugins.payments.qr.giro]
kind = "epc"
name = "Corner shop"
iban = "DE71 1102 2033 0123 4567 89"
print = false

[plugins.payments.gateways.card]
url = "{url}"
terminal = "R-1"
answer_within_s = 1000
"""
PLUGINS = ("payments", "loyalty")
PROGRESS = "progress"
HASTE = 20


def means() -> Means:
    """Return what the shop has."""
    return Means(
        prices_minor={item.sku: item.price_minor for item in GOODS},
        age_codes=frozenset({"GIN"}),
        gift_cards=CARDS,
        member=MEMBER,
        card="card",
        transfer="giro",
        dollar_milli=920,
    )


class Gateway:
    """The far side of the cards, in this process, which outlives the till."""

    def __init__(self) -> None:
        self._thread = LoopThread()
        self._portal = self._thread.portal()
        self.far = self._portal.call(_far)

    def close(self) -> None:
        """Switch it off."""
        self._portal.call(self.far.close)
        self._thread.close()


async def _far() -> Far:
    return Far(GatewayLedger(customer_s=0.02))


def make_shop(folder: Path, url: str) -> Path:
    """Write the folder of the till."""
    write_settings(folder, plugins=PLUGINS, settings=SETTINGS.format(url=url))
    write_operators(folder)
    (folder / "gift.secret").write_bytes(SECRET)
    (folder / "gift.secret").chmod(0o600)
    (folder / "accounts.csv").write_text(f"customer,limit\ncard:{MEMBER},9999.00\n")
    keys = folder / "gateway-card.toml"
    keys.write_text(f'api_key = "{API_KEY}"\n')
    keys.chmod(0o600)
    return folder


class Done(JobHandler):
    """A printer and a drawer that never fail."""

    async def perform(self, job):
        return JobResult(outcome="done")


def open_shop(folder: Path, ids: StepIds, *, synchronous: str = "FULL") -> Till:
    """Open the till for one life."""
    done = Done()
    kinds = ("print", "kick", "report", "slip", "explain")
    ports = Ports(
        clock=ManualClock(),
        ids=ids,
        store=StoreOptions(
            path=folder / "till.db", synchronous=synchronous, boot=f"life-{id(ids)}-{folder.name}"
        ),
        catalogue=memory_catalogue(),
        handlers=dict.fromkeys(kinds, done),
        payment_haste=HASTE,
        pin_keeper=CountingKeepers(),
    )
    return Till.open(folder, ports)


def live(folder: Path, day: WholeDay, life: int, *, synchronous: str = "FULL") -> list[list[str]]:
    """Live once, from behind the step that was noted last to the end of the day.

    Returns:
        The lines of the X report right before the Z, and those of the Z.
    """
    noted = folder / PROGRESS
    first = int(noted.read_text()) + 1 if noted.exists() else 0
    ids = StepIds(life)
    ids.step = first
    with open_shop(folder, ids, synchronous=synchronous) as till:
        runner = DayRunner(till, ids, PINS)

        def note(number: int) -> None:
            fresh = noted.with_suffix(".new")
            fresh.write_text(str(number))
            fresh.replace(noted)

        runner.run(day.steps[:-1], first, note)
        reports = [document_of(till, "x-open")]
        runner.run(day.steps, max(first, len(day.steps) - 1), note)
        reports.append(document_of(till, "z-1"))
        till.drain()
    return [plain_text(each, 48).splitlines() for each in reports]


if __name__ == "__main__":
    where, seed, sales, life = sys.argv[1:]
    live(Path(where), WholeDay(int(seed), means(), sales=int(sales)), int(life))
