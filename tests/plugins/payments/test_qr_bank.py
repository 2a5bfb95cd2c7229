"""Files of credited transfers: what they prove, and what nobody may conclude from them."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import ConfigurationError, DeviceOffline
from posframe.kernel.domain.card_data import holds_card_number
from posframe_payments.qr_bank import BankFolder, Credit, Look, bank_map
from posframe_payments.qr_references import (
    LETTERS,
    digit_reference,
    letter_reference,
    references_in,
    spaced,
)

OURS = letter_reference("payment-1")
OTHER = letter_reference("payment-2")
HEADER = b"date,amount,currency,reference\n"
NOT_THERE = Look()


def row(amount="12.95", currency="EUR", reference=OURS):
    return f"2026-01-02,{amount},{currency},{reference}\n".encode()


class Files:
    """A bank's folder."""

    def __init__(self, folder, file_map=""):
        self.folder = folder / "bank"
        self.folder.mkdir()
        if file_map:
            (folder / "bank.toml").write_text(file_map, encoding="utf-8")
        name = "bank.toml" if file_map else ""
        self.bank = BankFolder(self.folder, bank_map(folder, name, "map", "EUR"))

    def put(self, data, name="credits.csv"):
        (self.folder / name).write_bytes(data)

    def find(self, amount_minor=1295, reference=OURS):
        return self.bank.find(reference, amount_minor)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def credited(amount_minor=1295, currency="EUR", place="credits.csv:2"):
    return Look(credit=Credit(amount_minor=amount_minor, currency=currency, place=place))


def test_a_transfer_with_our_reference_is_found_with_its_amount_and_place(files):
    files.put(HEADER + row())
    assert files.find() == credited()


def test_a_reference_is_found_however_a_bank_spaces_it_and_whatever_stands_around_it(files):
    files.put(HEADER + row(reference=f"/ROC/{spaced(OURS).lower()} thank you"))
    assert files.find() == credited()


def test_somebody_elses_transfer_of_the_same_amount_proves_nothing(files):
    files.put(HEADER + row(reference=OTHER) + row(reference="RF18 5390 0754 7034"))
    assert files.find() == NOT_THERE


def test_another_amount_is_told_as_the_bank_has_it(files):
    files.put(HEADER + row("1.95"))
    assert files.find() == credited(195)


def test_another_currency_is_told_as_the_bank_has_it(files):
    files.put(HEADER + row(currency="CHF"))
    assert files.find() == credited(currency="CHF")


def test_a_file_that_comes_twice_and_a_row_that_stands_twice_are_one_transfer(files):
    files.put(HEADER + row() + row())
    files.put(HEADER + row(), "again.csv")
    assert files.find().credit.amount_minor == 1295


def test_of_several_transfers_the_one_of_the_right_amount_counts(files):
    files.put(HEADER + row("5.00") + row())
    assert files.find() == credited(place="credits.csv:3")


def test_a_transfer_that_went_back_is_nobodys_approval(files):
    files.put(HEADER + row() + row("-12.95"))
    assert files.find() == Look(unclear="the bank's file says that it went back")


def test_half_a_row_is_not_read_until_it_is_whole(files):
    """12.9 is what a file says that is being written while it is read."""
    whole = HEADER + row(reference=OTHER)
    half = b"2026-01-02,EUR," + OURS.encode() + b",12.9"
    files.put(b"date,currency,reference,amount\n" + half)
    assert files.find() == NOT_THERE
    files.put(b"date,currency,reference,amount\n" + half + b"5\n")
    assert files.find() == credited()
    files.put(whole)
    assert files.find() == NOT_THERE


@given(st.integers(0, 2000))
def test_a_file_cut_anywhere_says_the_right_amount_or_none(tmp_path_factory, at):
    """Whatever of it has been written when it is read."""
    files = Files(tmp_path_factory.mktemp("till"))
    data = HEADER + b"".join(row(f"{each}.50", reference=letter_reference(str(each))) for each in
                             range(10, 40))  # fmt: skip
    files.put(data[: at % len(data)])
    for each in range(10, 40):
        look = files.find(each * 100 + 50, letter_reference(str(each)))
        assert look.credit is None or look.credit.amount_minor == each * 100 + 50


@pytest.mark.parametrize("amount", ["12.955", "12,95", "twelve", "", "1.295.00", "0x12"])
def test_a_row_of_ours_that_cannot_be_read_is_neither_paid_nor_unpaid(files, amount):
    files.put(HEADER + row(f'"{amount}"'))
    assert files.find() == Look(unclear="it is in the bank's file, in a row that cannot be read")


def test_a_bad_row_of_somebody_else_does_not_hide_ours(files):
    files.put(HEADER + row("nonsense", reference=OTHER) + row())
    assert files.find() == credited(place="credits.csv:3")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "credits.csv has no headers"),
        (b"a,b\n1,2\n", "credits.csv has no column"),
        (b"\xff\xfe\x00" + HEADER, "credits.csv:1: this is not written in utf-8-sig"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_it_open(files, data, why):
    files.put(data)
    look = files.find()
    assert look.credit is None
    assert look.unclear.startswith(why)


def test_without_any_file_nothing_is_said_to_be_missing(files):
    assert files.find() == Look(unclear="the bank's last file is more than a day old")


def test_an_old_file_is_no_proof_that_nothing_came(files):
    files.put(HEADER + row(reference=OTHER))
    assert files.find() == NOT_THERE
    two_days_ago = time.time() - 2 * 86_400
    os.utime(files.folder / "credits.csv", (two_days_ago, two_days_ago))
    assert files.find() == Look(unclear="the bank's last file is more than a day old")


def test_an_old_file_still_proves_what_came(files):
    files.put(HEADER + row())
    os.utime(files.folder / "credits.csv", (1.0, 1.0))
    assert files.find() == credited()


def test_a_folder_that_goes_away_leaves_it_open_and_stops_new_payments(files):
    files.folder.rmdir()
    assert files.find().unclear == "the bank's folder cannot be read (FileNotFoundError)"
    with pytest.raises(DeviceOffline, match="folder bank is not there"):
        files.bank.check()


def test_a_map_says_what_the_columns_of_a_bank_mean(tmp_path):
    files = Files(
        tmp_path,
        '[columns]\ndate = "Buchung"\ngross = "Betrag"\nreference = "Zweck"\n'
        '[options]\ndelimiter = ";"\ndecimal = ","\ndate = "%d.%m.%Y"\nencoding = "cp1252"\n',
    )
    files.put(f"Buchung;Betrag;Zweck\n02.01.2026;12,95;Danke für {OURS}\n".encode("cp1252"))
    assert files.find() == credited()


def test_a_map_without_the_reference_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"bank.toml has no columns\.reference"):
        Files(tmp_path, '[columns]\ndate = "Date"\ngross = "Amount"\n')


def test_a_map_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"bank\.toml cannot be read"):
        bank_map(tmp_path, "bank.toml", "map", "EUR")


@given(st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable()))
def test_every_payment_has_one_reference_with_right_check_digits(payment):
    """ISO 11649: as a number with the front at the end, letters from 10, it leaves 1 of 97."""
    reference = letter_reference(payment)
    assert reference == letter_reference(payment)
    moved = "".join(str(int(each, 36)) for each in reference[4:] + reference[:4])
    assert int(moved) % 97 == 1
    assert set(reference[4:]) <= set(LETTERS)
    assert references_in(spaced(reference)) == {reference}


def test_the_reference_of_a_payment_never_changes():
    """Codes on paper are paid later: a new release has to know them."""
    assert letter_reference("00000000000000000000000000000002-1") == "RF44MCMHKTDRVKTVGDNT"
    assert digit_reference("00000000000000000000000000000002-1") == "900917899188809791109197018"


def test_no_reference_can_be_taken_for_a_cards_number():
    """An answer named by one is not believed: the customer would have paid for nothing."""
    for number in range(3_000):
        for reference in (letter_reference(str(number)), digit_reference(str(number))):
            assert not holds_card_number(reference)
            assert not holds_card_number(spaced(reference))
    assert holds_card_number("806360837783533740681241585"), "digits at random can"


def test_two_payments_of_one_sale_have_two_references():
    ids = [f"{sale:032x}-{tender}" for sale in range(2_000) for tender in (1, 2, 3)]
    assert len({letter_reference(each) for each in ids}) == len(ids)
    assert len({digit_reference(each) for each in ids}) == len(ids)
