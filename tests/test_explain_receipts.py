"""``posframe explain --receipt``: what was sold explains itself, and is priced once more."""

from __future__ import annotations

import json

import attrs
import pytest

from posframe.catalogue.store import Catalogue
from posframe.cli.explain import explain as explain_command
from posframe.config import FILE_NAME
from posframe.errors import DataError, JournalUnavailable
from posframe.explain.receipts import find_receipt
from posframe.explain.replay import difference
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.basket import OfferRow
from posframe.store.codec import Codec
from posframe.testing.tills import GOODS, write_settings
from posframe.till import CATALOGUE_FILE
from tests.explaining import run
from tests.test_cli_explain import OFFERS, opened, sold

BUSY = (
    "PEN", "GIN", cmd.CheckAge(), "PEN", "PAD", cmd.VoidLine(number=2), "TEA",
    cmd.OverridePrice(number=1, price_minor=140, reason="scratched"),
    cmd.Discount(number=4, percent_milli=5_000),
    cmd.Discount(number=0, amount_minor=33, reason="sorry"),
)  # fmt: skip
"""A sale with a line taken back, a price by hand, and discounts on a line and on all."""


def folder_of(path, settings=OFFERS, plugins=("payments", "promotions")):
    write_settings(path, plugins=plugins, settings=settings)
    with Catalogue.open(path / CATALOGUE_FILE, currency="EUR") as catalogue:
        catalogue.put(GOODS, at_us=0)
    return path


@pytest.fixture
def folder(tmp_path):
    """The folder of a till that has sold one receipt."""
    where = folder_of(tmp_path / "till")
    sold(where, *BUSY)
    return where


def explained(folder, number=1):
    status, out, _ = run("--till", folder, "--receipt", number, "--json")
    return status, json.loads(out)


def test_a_receipt_is_answered_like_a_basket_from_its_event(folder):
    """Pens 1.40 and 1.50, pad 3.99 less 5 %: the cheapest of three, 1.40, is free."""
    status, found = explained(folder)
    completed = find_receipt(folder, 1).event
    assert status == 0
    assert (found["receipt"], found["replay"]) == (1, {"agrees": True, "difference": ""})
    assert found["totals"]["gross"] == completed.totals.gross_minor
    assert [line["id"] for line in found["lines"]] == ["1", "3", "4", "5"]
    assert {each["id"]: each["saving"] for each in found["offers"]}["3for2"] == 140
    steps = [each["step"] for each in found["trace"] if each["inputs"].get("line") == "1"]
    assert steps[0] == "override"
    for line in found["lines"]:
        of_line = [each for each in found["trace"] if each["inputs"].get("line") == line["id"]]
        assert sum(each["result"] for each in of_line) == line["gross"]
    assert sum(each["result"] for each in found["trace"]) == found["totals"]["gross"]


def test_a_receipt_is_told_in_words_with_an_amount_for_each_step(folder):
    status, out, _ = run("--till", folder, "--receipt", 1)
    lines = out.splitlines()
    assert status == 0
    assert lines[0].startswith("Receipt 1 of 2")
    assert any("scratched" in line and line.lstrip().startswith("1.40") for line in lines)
    assert any(line.lstrip().startswith("-0.33") or "sorry" in line for line in lines)
    assert lines[-1] == "Replayed with the offers of that day: it agrees to the cent"
    total = find_receipt(folder, 1).event.totals.gross_minor
    assert any(line.split()[:1] == [f"{total / 100:.2f}"] and "TOTAL" in line for line in lines)


def test_the_offers_of_the_day_count_whatever_is_in_force_today(folder):
    """Today everything is half price: the old receipt agrees, and so does a new one."""
    settings = folder / FILE_NAME
    half = '\n[[plugins.promotions.offers]]\nid = "half"\nkind = "unit_percent"\npercent = "50"\n'
    written = settings.read_text(encoding="utf-8").replace(OFFERS, half)
    settings.write_text(written, encoding="utf-8")
    assert explained(folder)[1]["replay"]["agrees"]
    sold(folder, "PEN", first=1_000)
    status, found = explained(folder, 2)
    assert (status, found["totals"]["gross"]) == (0, 75)
    assert found["replay"]["agrees"]
    assert explained(folder)[1]["replay"]["agrees"], "what came later is not of its day"


def test_without_the_plugin_today_the_trace_stands_and_the_replay_still_finds_its_offers(folder):
    settings = folder / FILE_NAME
    written = settings.read_text(encoding="utf-8").replace(OFFERS, "")
    settings.write_text(written.replace(', "promotions"', ""), encoding="utf-8")
    assert explained(folder)[1]["replay"]["agrees"]


def test_a_till_without_offers_is_replayed_too(tmp_path):
    where = folder_of(tmp_path / "till", '\n[tax]\nround_at = "document"\n', ("payments",))
    sold(where, *BUSY)
    status, found = explained(where)
    assert (status, found["offers"], found["replay"]["agrees"]) == (0, [], True)
    assert found["trace"][-1]["inputs"]["rounded"] == "document"


CHANGES = {
    # what is falsified, and what is said of it first
    "an offer's saving": (
        lambda event: attrs.evolve(
            event, offers=(attrs.evolve(event.offers[0], minor=-141), *event.offers[1:])
        ),
        "The saving of offer 3for2 was 1.41 and is 1.40 now",
    ),
    "an offer that was not": (
        lambda event: attrs.evolve(event, offers=event.offers[1:]),
        "The saving of offer 3for2 was 0.00 and is 1.40 now",
    ),
    "a discount by hand": (
        lambda event: attrs.evolve(
            event, adjustments=(attrs.evolve(event.adjustments[0], minor=-32),)
        ),
        "The discount Discount was -0.32 and is -0.33 now",
    ),
    "a tax of a line": (
        lambda event: with_share(
            event, taxes=(attrs.evolve(event.lines[0].share.taxes[0], minor=99),)
        ),
        "The tax vat19 of line 1 was 0.99 and is",
    ),
    "a net": (lambda event: with_share(event, net_minor=1), "The net of line 1 was 0.01 and is"),
    "a gross": (
        lambda event: with_share(event, gross_minor=1), "The gross of line 1 was 0.01 and is",
    ),
    "a total": (
        lambda event: attrs.evolve(event, totals=attrs.evolve(event.totals, gross_minor=1)),
        "The gross of the receipt was 0.01 and is",
    ),
}  # fmt: skip


def with_share(event, **changed):
    first, *rest = event.lines
    share = attrs.evolve(first.share, **changed)
    return attrs.evolve(event, lines=(attrs.evolve(first, share=share), *rest))


@pytest.mark.parametrize(("falsified", "words"), CHANGES.values(), ids=CHANGES)
def test_what_differs_first_is_named(folder, falsified, words):
    row = find_receipt(folder, 1)
    assert difference(folder, row) == ""
    assert difference(folder, attrs.evolve(row, event=falsified(row.event))).startswith(words)


def test_a_receipt_that_does_not_agree_ends_with_status_1(folder, monkeypatch, capsys):
    row = find_receipt(folder, 1)
    falsified = attrs.evolve(row, event=CHANGES["a total"][0](row.event))
    monkeypatch.setattr("posframe.explain.receipts.find_receipt", lambda *_: falsified)
    assert explain_command(till=folder, receipt=1) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Replayed with the offers of that day: The gross of the receipt was")


def test_what_another_plugin_took_off_stands_as_it_was(folder):
    """A reward of 0.50 that no line bears yet: the replay keeps it, and shares it."""
    row = find_receipt(folder, 1)
    reward = OfferRow("reward", "Reward", -50, plugin="loyalty")
    event = attrs.evolve(row.event, offers=(*row.event.offers, reward))
    words = difference(folder, attrs.evolve(row, event=event))
    assert words == "The net of line 1 was 0.80 and is 0.74 now"  # its share of 0.50 is 0.07


def test_offers_that_cannot_be_read_any_more_are_told(folder, monkeypatch):
    decode = Codec.decode

    def garbled(self, name, version, body):
        event = decode(self, name, version, body)
        return attrs.evolve(event, text="{") if name == "promotions.OffersInForce" else event

    monkeypatch.setattr(Codec, "decode", garbled)
    with pytest.raises(DataError, match="offers of that day"):
        difference(folder, find_receipt(folder, 1))
    status, found = explained(folder)
    assert status == 1
    assert not found["replay"]["agrees"]
    assert found["totals"]["gross"] == find_receipt(folder, 1).event.totals.gross_minor


def test_offers_too_long_for_one_row_are_put_together_again(tmp_path, monkeypatch):
    monkeypatch.setattr("posframe_promotions.history._PART_CHARACTERS", 50)
    where = folder_of(tmp_path / "till")
    sold(where, *BUSY)
    status, found = explained(where)
    assert (status, found["replay"]["agrees"], len(found["offers"])) == (0, True, 2)


def test_a_till_that_sells_on_is_no_obstacle(folder):
    with opened(folder, first=1_000) as till:
        assert till.do(cmd.AddItem(code="PEN")).accepted
        assert explained(folder)[0] == 0


def test_receipts_that_are_not_there_are_told(folder, tmp_path):
    status, out, err = run("--till", folder, "--receipt", 7)
    assert (status, out) == (2, "")
    assert "There is no receipt 7" in err
    with pytest.raises(JournalUnavailable):
        find_receipt(tmp_path, 1)
