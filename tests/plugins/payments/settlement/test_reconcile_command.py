"""``posframe reconcile``: a till, a provider and a file; what differs is kept and has an owner."""

from __future__ import annotations

import pytest

from posframe import (
    ConfigurationError,
    DataError,
    JournalError,
    RuleViolation,
    Till,
)
from posframe_payments.settlement.records import TakeReconciliation
from tests.plugins.payments.settlement.card_shop import MAP, SETTINGS, CardShop, later, row


def test_what_agrees_is_kept_with_fees_net_and_payouts(shop, capsys):
    """3.99 + 12.95 = 16.94; less 0.04 and 0.13 it is 16.77, as two payouts of 3.95 and 12.82."""
    pad, ink = shop.sell("PAD", "INK")
    shop.close()
    rows = row(pad, "3.99", fee="0.04"), row(ink, "12.95", fee="0.13", payout="A8")
    assert shop.reconcile(shop.file("jan.csv", *rows)) == 0
    kept = shop.kept()
    (done,) = kept["Reconciled"]
    (sums,) = done.sums
    assert (sums.rows, sums.gross_minor, sums.fee_minor, sums.net_minor) == (2, 1_694, 17, 1_677)
    assert sums.journal_minor == 1_694
    assert [(each.payout, each.net_minor) for each in done.payouts] == [("A7", 395), ("A8", 1_282)]
    assert [each.payments for each in kept["PaymentsSettled"]] == [((pad, "A7"), (ink, "A8"))]
    assert kept["DifferenceFound"] == []
    told = capsys.readouterr().out
    assert "EUR     2  16.94  0.17  16.77    16.94         -         0.00" in told
    assert told.endswith("Nothing is open\n")


def test_the_same_file_counts_once_whatever_its_name(shop, capsys):
    (pad,) = shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99"))) == 0
    assert shop.reconcile(shop.file("copy.csv", row(pad, "3.99"))) == 0
    assert "copy.csv was reconciled on" in capsys.readouterr().out
    assert len(shop.kept()["Reconciled"]) == 1


def test_a_file_with_bad_rows_is_refused_with_their_lines_and_leaves_nothing(shop, capsys):
    (pad,) = shop.sell("PAD")
    shop.close()
    file = shop.file("jan.csv", row(pad, "3.99"), row("x", "3,99"), row("y", "1.00", kind="Gift"))
    with pytest.raises(DataError, match="2 of its rows are bad"):
        shop.reconcile(file)
    third, fourth = capsys.readouterr().out.splitlines()
    assert third.startswith("jan.csv:3: the row has 10 cells")
    assert fourth.startswith("jan.csv:4: 'Gift' is not a kind")
    assert not any(shop.kept().values())


def test_bad_rows_are_left_out_when_a_person_says_so(shop, capsys):
    (pad,) = shop.sell("PAD")
    shop.close()
    file = shop.file("jan.csv", row(pad, "3.99"), row("y", "1.00", kind="Gift"))
    assert shop.reconcile(file, "--skip-bad") == 0
    assert shop.kept()["Reconciled"][0].bad == 1
    assert "1 rows that cannot be read were left out" in capsys.readouterr().out


def test_what_was_paid_and_never_settled_is_missing_until_a_later_file_has_it(shop, capsys):
    (pad,) = shop.sell("PAD")
    shop.close()
    first = shop.file("jan.csv", later(3))
    assert shop.reconcile(first, "--since", "2026-01-01") == 1
    assert "1 payments, 3.99 EUR, are not due yet" in capsys.readouterr().out
    shop.reconcile("--done", "1", "theirs, told them")
    assert shop.reconcile(shop.file("feb.csv", later(9))) == 1
    assert ("missing_in_settlement", True) in shop.found()
    shop.reconcile("--done", "3", "theirs, told them")
    assert shop.reconcile("--open") == 1
    last = shop.file("mar.csv", row(pad, "3.99"))
    assert shop.reconcile(last) == 0, "it came after all"


def test_the_same_difference_in_the_next_file_is_no_second_task(shop):
    shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", later(9)), "--since", "2026-01-01") == 1
    kinds = shop.found()
    assert shop.reconcile(shop.file("feb.csv", later(19))) == 1
    assert [each for each in shop.found() if each[0] == "missing_in_settlement"] == [
        each for each in kinds if each[0] == "missing_in_settlement"
    ]


def test_payments_before_the_first_file_are_not_looked_for(shop):
    """Who begins to reconcile in March does not ask about all of last year."""
    shop.sell("PAD")
    shop.close()
    file = shop.file("mar.csv", row("", "-5.00", day=20, kind="Chargeback", reference="C1"))
    assert shop.reconcile(file) == 1
    assert shop.found() == [("chargeback", True)]


def test_rows_of_an_overlapping_file_count_where_they_were_first(shop, capsys):
    """3.99 is in both; 12.95 in the second only."""
    pad, ink = shop.sell("PAD", "INK")
    shop.close()
    week = shop.file("week.csv", row(pad, "3.99"))
    month = shop.file("month.csv", row(pad, "3.99"), row(ink, "12.95"))
    assert shop.reconcile(week) == 0
    assert shop.reconcile(month) == 0
    assert "1 rows were in an earlier file" in capsys.readouterr().out
    assert [each.sums[0].gross_minor for each in shop.kept()["Reconciled"]] == [399, 1_295]


def test_a_payment_settled_again_with_another_payout_is_a_duplicate(shop):
    (pad,) = shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99"))) == 0
    assert shop.reconcile(shop.file("feb.csv", row(pad, "3.99", payout="B1"))) == 1
    assert shop.found() == [("duplicate", True)]


def test_another_amount_under_a_name_that_was_settled_is_no_repetition(shop):
    """Numbers of terminals begin again: 2.00 is not the 3.99 of last week."""
    (pad,) = shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99"))) == 0
    assert shop.reconcile(shop.file("feb.csv", row(pad, "2.00", day=2))) == 1
    assert shop.found() == [("missing_in_journal", True)]


def test_clocks_may_differ_as_far_as_is_set(tmp_path, monkeypatch):
    """The sale was at noon by the till, and three minutes later by the terminal."""
    settings = '[plugins.payments.settlement.card]\nmap = "acme.toml"\nclock_s = {}\n'
    found = []
    for name, clock_s in (("near", 180), ("far", 179)):
        shop = CardShop(tmp_path / name, monkeypatch, settings=settings.format(clock_s))
        shop.sell("PAD")
        shop.close()
        (shop.folder / "acme.toml").write_text(
            '[columns]\ndate = "Day"\ntime = "Reference"\ngross = "Gross"\ncurrency = "Currency"\n'
        )
        found.append(
            shop.reconcile(shop.file(f"{name}.csv", row("", "3.99", reference="12:03:00")))
        )
    assert found == [0, 1]


def test_a_provider_may_write_the_times_of_another_zone(tmp_path, monkeypatch):
    """Noon in the shop, by UTC, is two in the morning of the next day at UTC+14."""
    found = []
    for name, zone in (("theirs", 'zone = "Pacific/Kiritimati"'), ("shop", "")):
        shop = CardShop(tmp_path / name, monkeypatch)
        shop.sell("PAD")
        shop.close()
        (shop.folder / "acme.toml").write_text(
            '[columns]\ndate = "Day"\ntime = "Reference"\ngross = "Gross"\ncurrency = "Currency"\n'
            f"[options]\n{zone}\n"
        )
        file = shop.file("jan.csv", row("", "3.99", day=2, reference="02:00:00"))
        found.append(shop.reconcile(file))
    assert found == [0, 1]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("within_days = -1", "within_days cannot be -1"),
        ("within_days = 367", "within_days cannot be 367"),
        ("clock_s = -5", "clock_s cannot be -5"),
        ("clock_s = 3601", "clock_s cannot be 3601"),
        ('fee = "abc"', "fee 'abc' is no percentage"),
        ('fee = "-1"', "fee '-1' is no percentage"),
        ('fee = "101"', "fee '101' is no percentage"),
        ('fee_fixed = "-0.05"', "fee_fixed '-0.05' is no amount"),
        ('fee_fixed = "0.005"', "fee_fixed '0.005' is no amount"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_when_the_till_starts(
    setting, words, tmp_path, monkeypatch
):
    settings = f'[plugins.payments.settlement.card]\nmap = "acme.toml"\n{setting}\n'
    with pytest.raises(ConfigurationError, match=words):
        CardShop(tmp_path / "till", monkeypatch, settings=settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("[columns]\n", "columns.date is missing"),
        (f'{MAP}\n[options]\nzone = "Mars/Olympus"\n', "options.zone: 'Mars/Olympus'"),
        (f'{MAP}\n[options]\nzone = "../UTC"\n', "options.zone: '../UTC'"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_when_the_till_starts(shop, text, words):
    shop.close()
    path = shop.folder / "acme.toml"
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    with pytest.raises(ConfigurationError, match=words):
        shop.open()


def test_settings_of_a_method_that_the_till_has_not_are_named(tmp_path, monkeypatch):
    settings = SETTINGS.replace(".card]", ".crad]")
    shop = CardShop(tmp_path / "till", monkeypatch, settings=settings)
    shop.close()
    with pytest.raises(ConfigurationError, match="'crad' is no method that a provider settles"):
        shop.reconcile(shop.file("jan.csv", later()))


def test_money_back_for_a_sale_that_no_till_gave_is_a_difference(shop):
    """Somebody may have given it at the terminal, past the till."""
    (pad,) = shop.sell("PAD")
    shop.close()
    rows = row(pad, "3.99"), row(pad, "-3.99", kind="Refund")
    assert shop.reconcile(shop.file("jan.csv", *rows)) == 1
    assert shop.found() == [("missing_in_journal", True)]


def test_an_amount_ten_times_too_large_is_said_to_be(shop, capsys):
    pad, ink = shop.sell("PAD", "INK")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "39.90"), row(ink, "12.95"))) == 1
    told = capsys.readouterr().out
    assert "settled as 39.90 EUR, 10 times as much: was it keyed at the terminal?" in told
    assert shop.found() == [("amount_differs", True)]


def test_a_map_that_reads_every_amount_a_hundred_times_too_large_is_refused(shop):
    pad, pen, ink = shop.sell("PAD", "PEN", "INK")
    shop.close()
    file = shop.file("jan.csv", row(pad, "399"), row(pen, "150"), row(ink, "1295"))
    with pytest.raises(DataError, match=r"Every amount is 100 times.*options\.decimal"):
        shop.reconcile(file)
    assert not any(shop.kept().values())


def test_a_row_in_another_currency_is_a_difference_and_a_whole_file_is_refused(shop):
    pad, ink = shop.sell("PAD", "INK")
    shop.close()
    with pytest.raises(DataError, match="The file is in CHF, the till counts in EUR"):
        shop.reconcile(shop.file("chf.csv", row(pad, "3.99", currency="CHF")))
    file = shop.file("jan.csv", row(pad, "3.99", currency="CHF"), row(ink, "12.95"))
    assert shop.reconcile(file) == 1
    assert shop.found() == [("currency_differs", True)]


def test_a_running_till_is_only_compared_with(shop):
    (pad,) = shop.sell("PAD")
    shop.close()
    file = shop.file("jan.csv", row(pad, "3.99"), row("", "1.00", reference="Z1"))
    with Till.open(shop.folder) as till, till.door():
        with pytest.raises(JournalError, match="The till is running"):
            shop.reconcile(file)
        assert shop.reconcile(file, "--look") == 1
        assert not any(shop.kept().values())
    assert shop.reconcile(file) == 1
    with Till.open(shop.folder) as till, till.door():
        assert shop.reconcile("--open") == 1
        assert shop.reconcile("--done", "1", "booked by hand") == 0
        assert shop.reconcile("--open") == 0


def test_the_provider_is_asked_for_its_own_list(shop, capsys):
    """It lists 3.99 and 12.95; the file has the first only, and the till would not know why."""
    pad, ink = shop.sell("PAD", "INK")
    shop.gateway.bookings.pop()
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99"), later()), "--ask") == 1
    assert ("missing_at_provider", True) in shop.found()
    words = [each.words for each in shop.kept()["DifferenceFound"] if ink in each.payments]
    assert words[0].startswith("In the journal, and neither listed nor settled: 12.95 EUR")
    assert "3.98     3.99" not in capsys.readouterr().out


def test_a_provider_without_a_list_is_said_to_have_none(shop):
    (pad,) = shop.sell("PAD")
    shop.with_totals = False
    shop.close()
    with pytest.raises(RuleViolation, match="gives no list of its own"):
        shop.reconcile(shop.file("jan.csv", row(pad, "3.99")), "--ask")


def test_rows_of_other_terminals_are_left_out_on_request(tmp_path, monkeypatch, capsys):
    shop = CardShop(tmp_path / "till", monkeypatch)
    (pad,) = shop.sell("PAD")
    shop.close()
    (shop.folder / "acme.toml").write_text(
        '[columns]\ndate = "Day"\ngross = "Gross"\ncurrency = "Currency"\nterminal = "Reference"\n'
        'payment = "Merchant ref"\n'
    )
    rows = row(pad, "3.99", reference="T1"), row("", "8.00", reference="T2")
    assert shop.reconcile(shop.file("jan.csv", *rows), "--terminal", "T1") == 0
    assert "1 rows of other terminals are left out" in capsys.readouterr().out
    assert shop.kept()["Reconciled"][0].terminals == ("T1",)


def test_without_settings_nothing_is_written_down(tmp_path, monkeypatch, capsys):
    shop = CardShop(tmp_path / "till", monkeypatch, settings="")
    (pad,) = shop.sell("PAD")
    shop.close()
    file = shop.file("jan.csv", row(pad, "3.99"))
    with pytest.raises(ConfigurationError, match="or give one with --map"):
        shop.reconcile(file)
    assert shop.reconcile(file, "--map", shop.folder / "acme.toml") == 0
    assert "add [plugins.payments.settlement.card] to till.toml" in capsys.readouterr().out
    assert not any(shop.kept().values())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Which file?"),
        (("nowhere.csv",), "cannot be read"),
        (("4111111111111111.csv",), "may hold a card number"),
    ],
)
def test_a_file_that_is_none_is_said_to_be(shop, words, message):
    shop.close()
    with pytest.raises(DataError, match=message):
        shop.reconcile(*words)


def test_a_method_that_nobody_settles_is_refused_by_name(shop):
    shop.close()
    with pytest.raises(ConfigurationError, match="there are: card"):
        shop.reconcile(shop.file("jan.csv", later()), "--provider", "cash")


def test_fees_that_are_not_as_agreed_are_one_task(tmp_path, monkeypatch):
    """0.9 % of 12.95 is 0.12 and of 3.99 is 0.04, each with 0.05 on it: 0.33 more in all."""
    settings = (
        '[plugins.payments.settlement.card]\nmap = "acme.toml"\nfee = "0.9"\nfee_fixed = "0.05"\n'
    )
    shop = CardShop(tmp_path / "till", monkeypatch, settings=settings)
    pad, ink, pen = shop.sell("PAD", "INK", "PEN")
    shop.close()
    rows = row(pad, "3.99", fee="0.20"), row(ink, "12.95", fee="0.39"), row(pen, "1.50", fee="0.06")
    assert shop.reconcile(shop.file("jan.csv", *rows)) == 1
    (found,) = shop.kept()["DifferenceFound"]
    assert found.words.startswith("2 fees are not as agreed, 0.33 EUR more in all")


def test_what_an_earlier_file_had_is_not_asked_for_again(shop):
    """The provider lists all it ever booked; 3.99 is settled, 12.95 is new."""
    (pad,) = shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99")), "--ask") == 0
    shop.open()
    (ink,) = shop.sell("INK")
    shop.close()
    assert shop.reconcile(shop.file("feb.csv", row(ink, "12.95")), "--ask") == 0
    assert [each.sums[0].provider_minor for each in shop.kept()["Reconciled"]] == [399, 1_295]


def test_a_record_that_was_written_before_is_refused_by_the_till_too(shop):
    """Two commands at once come to one record: the till has the last word."""
    (pad,) = shop.sell("PAD")
    shop.close()
    assert shop.reconcile(shop.file("jan.csv", row(pad, "3.99"))) == 0
    (done,) = shop.kept()["Reconciled"]
    with Till.open(shop.folder) as till:
        outcome = till.do(TakeReconciliation(reconciled=done, settled=(), found=()))
    assert outcome.words == "jan.csv was reconciled already"
    assert len(shop.kept()["Reconciled"]) == 1
