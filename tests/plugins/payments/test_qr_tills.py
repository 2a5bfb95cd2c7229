"""Paying by QR code at a till: what is shown, printed, asked, and believed."""

from __future__ import annotations

import time

import attrs
import pytest

from posframe import ConfigurationError, Script
from posframe.hal.simulators.receipt_folder import render_png
from posframe.kernel.domain import commands as cmd
from posframe.testing.ports import CountingIds
from posframe.testing.tills import make_till, quiet_ports
from posframe_payments.qr import emvco, epc, swiss
from posframe_payments.settings import QrSettings
from tests.docs.pages import blocks, page, tables

PATIENCE_S = 20.0
REFERENCE = "RF44MCMHKTDRVKTVGDNT"
"""Of the first payment of the first sale: its id is ...02-1."""
GIRO = """
[plugins.payments.qr.giro]
kind = "epc"
name = "Corner shop"
iban = "DE71 1102 2033 0123 4567 89"
"""
BANKED = GIRO + 'confirm = "bank"\n'
BILL = """
[plugins.payments.qr.bill]
kind = "swiss"
name = "Bäckerei Muster"
iban = "CH93 0076 2011 6238 5295 7"
street = "Marktgasse"
building = "1"
postal_code = "3000"
town = "Bern"
"""
QR_BILL = BILL.replace("CH93 0076 2011 6238 5295 7", "CH44 3199 9123 0008 8901 2")
WALLET = """
[plugins.payments.qr.wallet]
kind = "emvco"
name = "POSFRAME DEMO"
town = "BERLIN"
country = "DE"
category = "5999"
accounts = { "28" = { "00" = "com.example", "01" = "MERCHANT1" } }
"""
PAYLOAD = (
    "BCD\n002\n1\nSCT\n\nCorner shop\nDE71110220330123456789\nEUR12.95\n\nRF44MCMHKTDRVKTVGDNT"
)


class QrTill:
    """A till, its bank's folder, and a cashier who types."""

    def __init__(self, folder, settings):
        self.folder, self.settings = folder / "till", settings
        self.bank = self.folder / "bank"
        self.bank.mkdir(parents=True)
        self.ports = attrs.evolve(quiet_ports(), effects=True, payment_haste=100)
        self.starts = 0
        self.open()

    def open(self):
        self.starts += 1
        ports = attrs.evolve(self.ports, ids=CountingIds((self.starts - 1) * 1_000_000 + 1))
        self.till = make_till(self.folder, settings=self.settings, ports=ports)
        self.script = Script(self.till)

    def __call__(self, *entries):
        """Type entries that are taken; return the words of the last."""
        for entry in entries:
            answer = self.script.line(entry)
            assert answer["accepted"], answer
        return answer["message"]

    def credit(self, amount="12.95", currency="EUR", reference=REFERENCE):
        """Put a file with a transfer into the bank's folder."""
        row = f"2026-01-02,{amount},{currency},{reference}\n"
        (self.bank / "new").write_text(f"date,amount,currency,reference\n{row}")
        (self.bank / "new").rename(self.bank / "credits.csv")

    @property
    def payment(self):
        return next(iter(self.till.state.payments.values()))

    def asked(self):
        return self.till.asked(self.payment)

    def notices(self):
        return " · ".join(self.till.notices())

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (self.payment, self.notices())
            time.sleep(0.005)

    def until_status(self, status):
        self.until(lambda: self.payment.status.value == status)

    def sold(self):
        self.until(lambda: self.till.state.last is not None)
        return self.till.state.last.tenders[0]

    def slips(self):
        """Return the QR data of the slips that were queued for print."""
        rows = self.till.call(lambda: list(self.till.parts.journal.read()))
        jobs = [row.event.job for row in rows if row.name == "job.Queued"]
        return [job.qr for job in jobs if job.kind == "slip"]


@pytest.fixture
def till_with(tmp_path):
    """Open a till with a QR method."""
    opened = []

    def open_(settings):
        opened.append(QrTill(tmp_path, settings))
        return opened[0]

    yield open_
    for each in opened:
        each.till.close()


def scanned(path):
    """Return what a customer's telephone reads off a picture."""
    image = pytest.importorskip("PIL.Image")
    zxingcpp = pytest.importorskip("zxingcpp")
    picture = image.open(render_png(path)).convert("L")
    wide = picture.resize((picture.width * 2, picture.height * 2))
    (found,) = zxingcpp.read_barcodes(wide)
    return found.bytes.decode()


def test_the_code_is_shown_and_printed_with_amount_account_and_reference(till_with):
    till = till_with(GIRO)
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    assert till.slips() == [PAYLOAD]
    assert till.till.drain()
    assert scanned(till.folder / "receipts" / "receipt-000001.bin") == PAYLOAD
    paper = (till.folder / "receipts" / "receipt-000001.txt").read_text()
    assert paper.splitlines()[:4] == [
        "Corner shop", "DE71 1102 2033 0123 4567 89", "12.95 EUR", "RF44 MCMH KTDR VKTV GDNT",
    ]  # fmt: skip


def test_a_cashier_is_asked_whether_the_money_is_on_the_account(till_with):
    till = till_with(GIRO)
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    till.until(lambda: till.asked().question)
    question = (
        "Is the transfer of 12.95 EUR with reference RF44 MCMH KTDR VKTV GDNT on the account?"
    )
    assert question in till.notices()
    assert till.asked().shows == PAYLOAD, "the code stays while it can be paid"
    assert till.till.do(cmd.Pay(type="cash")).words == "A payment is under way"


def test_a_person_who_saw_the_money_closes_the_sale(till_with):
    till = till_with(GIRO)
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    till(".resolve paid 12.95 VKTVGDNT")
    assert till.sold().reference == "VKTVGDNT"
    assert till.sold().said_by != ""


def test_a_person_who_saw_none_lets_the_customer_pay_another_way(till_with):
    till = till_with(GIRO)
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    till(".resolve not", "")
    assert till.sold().type == "cash"


def test_a_person_is_asked_again_after_a_restart_and_no_second_code_is_made(till_with):
    till = till_with(GIRO)
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    till.till.close()
    till.open()
    till.until(lambda: "Is the transfer of 12.95 EUR" in till.notices())
    assert till.slips() == [PAYLOAD]


def test_a_code_is_not_printed_where_the_settings_say_so(till_with):
    till = till_with(GIRO + "print = false\n")
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    assert till.slips() == []
    assert till.asked().shows == PAYLOAD


def test_the_banks_file_closes_the_sale(till_with):
    till = till_with(BANKED)
    till("1 * INK", "+", "giro")
    till.until(lambda: till.slips() == [PAYLOAD])
    till.credit()
    tender = till.sold()
    assert (tender.applied_minor, tender.reference, tender.said_by) == (1295, REFERENCE, "")


def test_a_file_that_comes_after_a_restart_closes_the_sale(till_with):
    till = till_with(BANKED)
    till("1 * INK", "+", "giro")
    till.until(lambda: till.slips())
    till.till.close()
    till.credit()
    till.open()
    assert till.sold().reference == REFERENCE
    assert till.slips() == [PAYLOAD], "no second code"


def test_somebody_elses_transfer_of_the_same_amount_pays_for_nothing(till_with):
    till = till_with(BANKED)
    till.credit(reference="RF18539007547034")
    till("1 * INK", "+", "giro")
    till.until_status("unknown")
    till.until(lambda: "Do not charge again" in till.notices())
    assert till.till.state.last is None


def test_a_transfer_that_was_made_in_full_pays_for_one_sale_only(till_with):
    till = till_with(BANKED)
    till("1 * INK", "+", "giro")
    till.credit()
    till.sold()
    till("1 * INK", "+", "giro")
    till.until(lambda: len(till.slips()) == 2)
    first, second = till.slips()
    assert first != second
    till.until(lambda: list(till.till.state.payments.values())[-1].status.value == "unknown")
    assert till.till.state.transaction is not None


def test_another_amount_on_the_account_is_refused_and_goes_to_a_person(till_with):
    till = till_with(BANKED)
    till("1 * INK", "+", "giro")
    till.credit("1.95")
    till.until_status("queued_for_person")
    assert "1.95" in till.notices()
    assert "could not give back" in till.notices()
    assert till.till.state.last is None
    till(".givenback transferred back, slip 7", "")
    assert till.sold().type == "cash"


def test_another_currency_on_the_account_is_never_taken(till_with):
    till = till_with(BANKED)
    till("1 * INK", "+", "giro")
    till.credit(currency="CHF")
    till.until(lambda: till.payment.cause == "the answer is in CHF")
    assert till.till.state.last is None


def test_without_the_banks_folder_no_code_is_shown(till_with):
    till = till_with(BANKED)
    till.bank.rmdir()
    till("1 * INK", "+", "giro")
    till.until_status("voided")
    assert till.slips() == []
    assert "The bank's folder bank is not there" in till.notices()


def test_a_code_that_was_taken_away_may_have_been_paid(till_with):
    till = till_with(BANKED + "wait_s = 900\n")
    till("1 * INK", "+", "giro")
    till.until(lambda: till.asked().shows)
    till(".cancelpay")
    till.until_status("unknown")
    assert till.asked().shows == ""
    till.credit()
    till.until_status("applied")
    assert "approved before cancel" in till.notices()


@pytest.mark.parametrize(
    ("settings", "name", "read"),
    [
        (BILL, "bill", lambda data: swiss.parse(data).reference),
        (QR_BILL, "bill", lambda data: swiss.parse(data).reference),
        (WALLET, "wallet", lambda data: emvco.parse(data).additional[0].value),
        (GIRO, "giro", lambda data: epc.parse(data.encode()).reference),
    ],
    ids=["bill", "QR-IBAN", "wallet", "giro"],
)
def test_the_printed_code_of_every_kind_is_read_by_a_telephone(till_with, settings, name, read):
    """The bill with the Swiss cross in it, too."""
    till = till_with(settings)
    till("1 * INK", "+", name)
    till.until_status("unknown")
    assert till.till.drain()
    data = scanned(till.folder / "receipts" / "receipt-000001.bin")
    assert [data] == till.slips()
    wanted = REFERENCE if settings is not QR_BILL else "900917899188809791109197018"
    assert read(data) == wanted


def test_a_wallets_code_says_that_it_is_for_this_sale_only(till_with):
    """12: dynamic; 54: the amount; 62-05: the reference. The check sum has tests of its own."""
    till = till_with(WALLET)
    till("1 * INK", "+", "wallet")
    till.until_status("unknown")
    (data,) = till.slips()
    assert data.startswith("00020101021228280011com.example0109MERCHANT1520459995303978540512.95")
    assert "5802DE5913POSFRAME DEMO6006BERLIN62240520RF44MCMHKTDRVKTVGDNT6304" in data


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (GIRO.replace('89"', '88"'), "plugins.payments.qr.giro: "),
        (GIRO.replace("giro]", "Giro]"), "qr.Giro is not a name that can be typed"),
        (GIRO + 'town = "Berlin"\n', "qr.giro.town is of no use with kind 'epc'"),
        (GIRO + "days = 5\n", "qr.giro.days is of no use with kind 'epc' and confirm 'cashier'"),
        (BANKED + "days = 0\n", "qr.giro.days cannot be 0"),
        (BANKED + "wait_s = 901\n", "qr.giro.wait_s cannot be 901"),
        (BANKED + 'map = "bank.toml"\n', "qr.giro.map: bank.toml cannot be read"),
        (GIRO + 'label = " "\n', "qr.giro.label is empty"),
        (BILL.replace('town = "Bern"\n', ""), "qr.bill: The town is missing"),
        (WALLET.replace("28", "52"), "qr.wallet: 52 is not the id of an account"),
        (WALLET.split("accounts")[0], "qr.wallet: The QR code names no account"),
        (GIRO.replace("giro]", "cash]"), "cash"),
    ],
)
def test_settings_that_cannot_be_paid_to_stop_the_start(till_with, settings, words):
    """By a sentence that names the setting, and not before the first customer."""
    with pytest.raises(ConfigurationError) as refusal:
        till_with(settings)
    assert words in refusal.value.message
    assert refusal.value.hint


def test_the_manual_names_every_setting_with_its_default():
    """In the order of the class."""
    rows = {
        row[0].strip("`"): row[1] for row in tables(page("docs/tills/payments.md"), "## QR codes")
    }
    fields = {each.name: each.default for each in attrs.fields(QrSettings)}
    assert list(rows) == list(fields)
    for name, default in fields.items():
        if isinstance(default, str | int):
            wanted = f'"{default}"' if isinstance(default, str) else str(default).lower()
            assert rows[name] == f"`{wanted}`"


def test_the_settings_of_the_manual_are_taken(till_with):
    """All three codes in one till, as they can be copied."""
    manual = blocks(page("docs/tills/payments.md"), "toml")
    (block,) = [each.text for each in manual if "[plugins.payments.qr.giro]" in each.text]
    till = till_with("\n" + block)
    offered = [each.rule.id for each in till.till.parts.tenders]
    assert offered[-3:] == ["giro", "bill", "wallet"]


def test_the_bank_file_of_the_manual_pays_a_sale(till_with):
    till = till_with(BANKED)
    till("1 * INK", "+", "giro")
    manual = blocks(page("docs/tills/payments.md"), "csv")
    (block,) = [each for each in manual if each.title.startswith("bank/")]
    (till.folder / block.title).write_text(block.text)
    assert till.sold().reference == REFERENCE
