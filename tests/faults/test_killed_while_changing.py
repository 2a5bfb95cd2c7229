"""SIGKILL during migrations and imports: the old or the new, never half (F17, F18)."""

from __future__ import annotations

import itertools
import signal

import apsw
import pytest

from posframe.catalogue.store import Catalogue

PEN, PAY = "1 * PEN", ("=", "5.00")
CSV = "sku,name,price,tax_category\nPEN,Pencil,1.75,standard\nCUP,Cup,4.00,standard\n"


@pytest.fixture
def plain(make_shop):
    """A till without the plugins that keep something."""
    return make_shop("plain", ("payments",))


def kills(run, point):
    """Yield after each death, at the first, second, … time a point is reached."""
    for number in itertools.count(1):
        if run(f"{point}:{number}").returncode != -signal.SIGKILL:
            assert number > 1, "the point was reached"
            return
        yield number


def test_killed_in_the_first_migrations_the_next_start_makes_the_till(make_shop):
    """F17: each script of the kernel and of every read model in turn."""
    shops = []

    def start(crash):
        shops.append(make_shop(str(len(shops))))
        return shops[-1].script(PEN, crash=crash)

    for _ in kills(start, "migration.script"):
        shops[-1].sell(PEN, *PAY)
        assert shops[-1].names().count("sale.Completed") == 1


def test_killed_while_a_plugin_joins_the_schema_is_old_or_new(plain):
    """F17: what was sold is there, and a backup of before is kept and whole."""
    plain.sell(PEN, *PAY)
    before = plain.check()
    plain.enable(("payments", "loyalty", "inventory"))
    tables = set(read(plain.journal, "SELECT name FROM sqlite_schema"))
    for _ in kills(lambda crash: plain.script(crash=crash), "migration.script"):
        assert set(read(plain.journal, "SELECT name FROM sqlite_schema")) == tables
    backup = min((plain.path / "backups").glob("till-*.db"))
    assert read(backup, "SELECT seq, name, command FROM journal") == before
    assert read(backup, "PRAGMA integrity_check") == [("ok",)]
    with plain.open() as till:
        while till.call(till.parts.journal.catch_up):
            pass
    assert plain.stock("PEN") == -1_000
    assert plain.check()[: len(before)] == before


def test_a_backup_that_was_cut_short_is_none(plain):
    """It gets its name when it is whole, so it never pushes out a good one."""
    plain.sell(PEN, *PAY)
    folder = plain.path / "backups"
    folder.mkdir()
    (folder / "till-0001.part").write_bytes(b"half a database")
    (folder / "till-old.db").write_bytes(b"put there by a person")
    plain.enable(("payments", "inventory", "loyalty"))
    plain.sell(PEN)
    assert read(folder / "till-0001.db", "PRAGMA integrity_check") == [("ok",)]
    assert not (folder / "till-0001.part").exists()
    assert (folder / "till-old.db").exists()


@pytest.mark.parametrize("first", [True, False], ids=["empty", "filled"])
def test_killed_at_the_end_of_an_import_the_catalogue_is_the_old_one(first, shop, died, tmp_path):
    """F18: every price of the old list, or every price of the new one."""
    if first:
        for path in shop.path.glob("catalogue.db*"):
            path.unlink()
    csv = tmp_path / "goods.csv"
    csv.write_text(CSV)
    command = ("-m", "posframe", "catalogue", "import", str(csv), "--till", str(shop.path))
    before = prices(shop)
    died(shop.run(*command, crash="catalogue.written"))
    assert prices(shop) == before
    done = shop.run(*command)
    assert done.returncode == 0, done.stderr
    assert prices(shop) == {"PEN": 175, "CUP": 400}
    with Catalogue.open(shop.path / "catalogue.db", currency="EUR") as catalogue:
        assert catalogue.search("cup", at_us=2**60)


def prices(shop):
    with Catalogue.open(shop.path / "catalogue.db", currency="EUR") as catalogue:
        found = {sku: catalogue.find_sku(sku, 2**60) for sku in ("PEN", "CUP")}
    return {sku: item.unit_price_minor for sku, item in found.items() if item}


def read(path, sql):
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
