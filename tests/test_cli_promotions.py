"""``posframe promotions``: offers checked and tried from the command line, as the page shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from posframe.catalogue.records import NewItem
from posframe.catalogue.store import Catalogue
from posframe.cli.main import UNUSABLE, run
from posframe.kernel.domain import commands as cmd
from posframe.testing.tills import make_till, write_settings
from posframe_promotions import cli as commands_of_plugin

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tills" / "promotions.md"
GOODS = (
    NewItem(sku="PEN", name="Pen", price_minor=150),
    NewItem(sku="PAD", name="Pad", price_minor=399),
    NewItem(sku="INK", name="Ink", price_minor=1295, floor_minor=800),
    NewItem(sku="TEA", name="Tea", price_minor=249),
)
OFFERS = """\
currency = "EUR"

[[offer]]
id = "half"
kind = "cheapest_percent"
n = 3
percent = "50"
skus = ["PEN"]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A till with a catalogue and offers, and the folder it is in as the current one."""
    till = tmp_path / "till"
    write_settings(
        till,
        plugins=("payments", "promotions"),
        settings='[plugins.promotions]\nfiles = ["offers.toml"]\n',
    )
    (till / "offers.toml").write_text(OFFERS, encoding="utf-8")
    with Catalogue.open(till / "catalogue.db", currency="EUR") as catalogue:
        catalogue.put(GOODS, at_us=0)
    monkeypatch.chdir(tmp_path)
    return till


@pytest.fixture
def cli(capsys):
    """Run one command line; return status, lines printed, and lines of complaint."""

    def call(*arguments):
        capsys.readouterr()
        status = run(["promotions", *(str(each) for each in arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out.splitlines(), " ".join(err.split())

    return call


def page_block(language, containing):
    """Return the block of the page that has a text in it."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if containing in block]
    return found


# check


def test_the_page_shows_what_the_check_of_its_offers_says(folder, cli):
    Path("offers.toml").write_text(page_block("toml", "pens-3-for-2"), encoding="utf-8")
    status, out, err = cli("check", "offers.toml", "--till", folder)
    assert (status, err) == (1, "")
    assert out == page_block("text", "WARNING").splitlines()


def test_without_files_the_offers_of_the_till_are_checked(folder, cli):
    assert cli("check", "--till", folder) == (0, ["1 offers: 0 errors, 0 warnings"], "")


def test_without_files_and_till_it_is_the_till_of_this_folder(folder, cli, monkeypatch):
    monkeypatch.chdir(folder)
    assert cli("check")[1] == ["1 offers: 0 errors, 0 warnings"]


def test_without_a_till_goods_are_not_looked_at_and_it_says_so(folder, cli):
    (folder.parent / "other.toml").write_text(OFFERS.replace("PEN", "QUILL"), encoding="utf-8")
    status, out, _ = cli("check", "other.toml")
    assert (status, out[0]) == (0, "1 offers: 0 errors, 0 warnings")
    assert out[1].startswith("Goods and prices were not looked at")
    assert cli("check", "other.toml", "--till", folder)[0] == 1


def test_inline_offers_of_the_settings_are_checked_too(folder, cli):
    path = folder / "till.toml"
    inline = '[[plugins.promotions.offers]]\nid = "x"\nkind = "unit_percent"\npercent = "5"\n'
    path.write_text(path.read_text() + inline + 'skus = ["NIB"]\n', encoding="utf-8")
    status, out, _ = cli("check", "--till", folder)
    assert (status, out[-1]) == (1, "2 offers: 1 errors, 0 warnings")
    assert "plugins.promotions.offers: offer[0].skus" in out[1]


def test_all_that_was_found_is_written_as_json(folder, cli):
    Path("offers.toml").write_text(page_block("toml", "pens-3-for-2"), encoding="utf-8")
    status, out, _ = cli("check", "offers.toml", "--till", folder, "--json")
    found = json.loads("".join(out))
    assert (status, set(found)) == (1, {"offers", "findings", "overlaps", "components"})
    assert [(each["offer"], each["kind"], each["path"]) for each in found["findings"]] == [
        ("ink-half", "below-floor", "offer[3].skus"),
        ("lunch", "impossible", "offer[4].groups[1]"),
        ("pens-5", "shadowed", "offer[1]"),
    ]
    assert found["overlaps"] == [
        {"offers": ["pens-3-for-2", "pens-5", "pens-10"], "goods": 1, "example": "PEN"}
    ]
    assert {tuple(part["offers"]) for part in found["components"]} == {
        ("pens-3-for-2",), ("lunch",),
    }  # fmt: skip


def test_what_is_assigned_together_is_shown_and_of_much_the_most(folder, cli):
    """Twenty-three pairs of offers, each pair on an item of its own, and one on two items."""
    offers = ['currency = "EUR"']
    for at in range(46):
        offers.append(f'[[offer]]\nid = "o{at:02}"\nkind = "n_percent"\nn = {2 + at % 2}')
        offers.append(f'percent = "{5 + at % 2}"\nskus = ["S{at // 2}"]')
    offers.append('[[offer]]\nid = "two"\nkind = "n_percent"\nn = 5\npercent = "3"')
    offers.append('skus = ["S0", "S1"]')
    Path("many.toml").write_text("\n".join(offers), encoding="utf-8")
    status, out, _ = cli("check", "many.toml")
    assert status == 0
    at = out.index("Offers that are assigned together:")
    assert out[at + 1] == "  offers  goods  glue  left without it  which"
    assert out[at + 2] == "  5       2      two   2 on 1; 2 on 1   o00, o01, o02, o03, two"
    assert out[at + 22] == "  and 2 further rows: --json has them all"
    assert out[at - 1] == "  and 3 further rows: --json has them all"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("currency = ", "offers.toml"),
        ('currency = "EUR"\n[[offer]]\nid = "a"\n', "offers.toml: offer[0].kind"),
        (OFFERS.replace('"50"', '"1900"'), "offers.toml: offer[0].percent is 1900 %"),
        (OFFERS.replace("percent =", "procent ="), "did you mean percent?"),
        (OFFERS + OFFERS.partition("\n\n")[2], "offers.toml: offer[1].id"),
        (OFFERS.replace("EUR", "SEK"), "the till's is 'EUR'"),
    ],
)
def test_offers_that_cannot_be_read_are_a_sentence_with_their_path_and_status_two(
    folder, cli, text, words
):
    Path("offers.toml").write_text(text, encoding="utf-8")
    status, out, err = cli("check", "offers.toml", "--till", folder)
    assert (status, out) == (UNUSABLE, [])
    assert words in err


def test_a_file_alone_has_to_say_its_currency(folder, cli):
    assert "nothing.toml cannot be read" in cli("check", "nothing.toml")[2]
    Path("offers.toml").write_text(OFFERS.replace("currency", "# currency"), encoding="utf-8")
    status, _, err = cli("check", "offers.toml")
    assert (status, "currency is missing" in err) == (UNUSABLE, True)


def test_a_check_reads_only(folder, cli):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    cli("check", "--till", folder)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert {name: after.get(name) for name in before} == before
    assert set(after) - set(before) <= {"catalogue.db-wal", "catalogue.db-shm"}


# simulate


def sell(folder, *quantities):
    """Open the till and sell pens so many at a time; it stays open when it is handed on."""
    till = make_till(folder)
    for pieces in quantities:
        assert till.do(cmd.AddItem(code="PEN", quantity_milli=pieces * 1000)).accepted
        assert till.do(cmd.Pay(type="cash")).accepted
    return till


def test_offers_are_tried_on_the_sales_of_a_running_till(folder, cli):
    """Half of a pen of 1.50 is 0.75 in three; with a fifth off each it is 0.30 a pen."""
    Path("new.toml").write_text(
        'currency = "EUR"\n[[offer]]\nid = "fifth"\nkind = "unit_percent"\npercent = "20"\n',
        encoding="utf-8",
    )
    with sell(folder, 3, 1):
        status, out, err = cli("simulate", "--from", folder, "--offers", "new.toml")
        assert (status, err) == (0, "")
    assert out[0] == (
        "2 sales, goods for 6.00 EUR before offers; 2 would have come to something else"
    )
    rows = [line.split() for line in out if line.startswith("  ")]
    by_name = {row[0]: [cell for cell in row[1:] if cell != "EUR"] for row in rows}
    assert by_name["fifth"] == ["2", "4", "1.20", "0", "0", "0.00", "1.20"]
    assert by_name["half"] == ["0", "0", "0.00", "1", "1", "0.75", "-0.75"]
    assert by_name["all"] == by_name["2026-W01"] == ["2", "4", "1.20", "1", "1", "0.75", "0.45"]
    assert out[-3].startswith("Buyers are taken to have bought the same")


def test_without_files_the_offers_of_the_till_are_tried(folder, cli):
    sell(folder, 3, 6).close()
    for path in (folder, folder / "till.db"):
        status, out, _ = cli("simulate", "--from", path, "--json")
        found = json.loads("".join(out))
        assert (status, found["sales"], found["touched"]) == (0, 2, 0)
        tally = {"sales": 2, "applications": 3, "saving_minor": 225}
        assert found["offers"] == {"half": {"given": tally, "simulated": tally}}


def test_a_journal_without_its_till_needs_files(folder, cli):
    sell(folder, 3).close()
    lone = folder.parent / "lone"
    lone.mkdir()
    (lone / "till.db").write_bytes((folder / "till.db").read_bytes())
    assert "There are no offers to try" in cli("simulate", "--from", lone)[2]
    status, out, _ = cli("simulate", "--from", lone, "--offers", folder / "offers.toml")
    assert (status, out[0][:8]) == (0, "1 sales,")


def test_days_are_those_of_the_shop_and_the_last_one_counts(folder, cli):
    """All was sold on 2026-01-01."""
    sell(folder, 3).close()

    def sales(*options):
        return json.loads("".join(cli("simulate", "--from", folder, "--json", *options)[1]))[
            "sales"
        ]

    assert sales("--since", "2026-01-01", "--until", "2026-01-01") == 1
    assert sales("--since", "2026-01-02") == 0
    assert sales("--until", "2025-12-31") == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", "2026-02-30"), "--since '2026-02-30' is no day"),
        (("--until", "soon"), "--until 'soon' is no day"),
        (("--since", "2026-01-02", "--until", "2026-01-01"), "--until is before --since"),
        (("--offers", "nothing.toml"), "nothing.toml cannot be read"),
    ],
)
def test_what_cannot_be_tried_is_a_sentence_and_status_two(folder, cli, options, words):
    sell(folder, 3).close()
    status, out, err = cli("simulate", "--from", folder, *options)
    assert (status, out) == (UNUSABLE, [])
    assert words in err


def test_a_file_that_is_no_journal_is_said_to_be_none(folder, cli):
    status, _, err = cli("simulate", "--from", folder / "offers.toml")
    assert (status, "holds no journal" in err) == (UNUSABLE, True)


def test_a_folder_that_is_not_there_is_said_to_be_none(folder, cli):
    status, _, err = cli("simulate", "--from", folder / "nowhere")
    assert (status, "nowhere does not exist" in err) == (2, True)


def test_a_long_journal_says_on_a_terminal_how_far_it_is_read(folder, cli, monkeypatch):
    sell(folder, 1, 1, 1).close()
    monkeypatch.setattr(commands_of_plugin, "_STEP_SALES", 2)
    assert cli("simulate", "--from", folder)[2] == "", "no terminal, nothing said"
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert "2 of 3 sales" in cli("simulate", "--from", folder)[2]
