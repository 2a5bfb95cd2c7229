"""A till and a ZVT terminal on a socket or a serial line, as till.toml configures them."""

from __future__ import annotations

import attrs
import pytest

from posframe import ConfigurationError
from posframe.kernel.domain import commands as cmd
from posframe.testing.tills import make_till
from posframe_payments.settings import TerminalSettings
from posframe_payments.simulators.zvt_faults import (
    BUSY,
    DROP_AFTER,
    DROP_BEFORE,
    NOT_READY,
    Scripted,
)
from posframe_payments.simulators.zvt_profile import Customer, Profile
from tests.plugins.payments.zvt_shop import SILENT_S, TABLE, Shop

CARD = "5500005555555559"
LAST = "0001-000001"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = Shop(tmp_path, monkeypatch)
    made.terminal.pay_unasked(5, 0.0)
    yield made.open()
    made.close()


def shop_with(tmp_path, monkeypatch, settings):
    """Return a shop whose terminal has more settings."""
    monkeypatch.setattr("tests.plugins.payments.zvt_shop.TABLE", TABLE + settings)
    made = Shop(tmp_path, monkeypatch)
    made.terminal.pay_unasked(5, 0.0)
    return made.open()


def charges(shop):
    """Return what was charged by this till and stands."""
    return [each.amount_minor for each in shop.terminal.acquirer.charges[1:]]


def test_a_sale_is_paid_at_the_terminal_and_carries_its_receipt(shop):
    id_ = shop.pay()
    shop.until_paid()
    assert shop.status(id_) == "applied"
    (tender,) = shop.till.state.last.tenders
    assert (tender.applied_minor, tender.reference) == (399, "0002-000002")
    assert shop.till.state.payments[id_].mark == "0001-000001"
    assert shop.till.state.payments[id_].terminal == "28004869"
    assert charges(shop) == [399]


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("message", ["tx status", "tx completion"])
def test_a_payment_whose_receipt_has_the_number_of_the_one_before_is_not_lost(
    message, restart, shop
):
    """The terminal counts from 1 again after its end of day, and its answer gets lost."""
    shop.terminal.next_receipt = 1
    faults = _AfterBegin(message, DROP_BEFORE)
    shop.strike(faults)
    id_ = shop.pay()
    if restart:
        shop.until(lambda: shop.status(id_) == "unknown")
        shop.until_terminal_rests()
        shop.crash()
    assert shop.until_settled(id_) == "applied"
    assert faults.struck
    assert shop.till.state.payments[id_].reference == "0001-000002"
    assert charges(shop) == [399]


def test_04_0f_is_kept_only_after_it_is_on_disk_and_closes_no_sale(shop):
    """Approved so far is in the journal before the terminal hears that it is kept."""
    shop.pay()
    shop.until_paid()
    names = [name for name in shop.names() if name.startswith(("tender", "sale.T", "sale.C"))]
    assert names == [
        "tender.Intended", "tender.MarkSeen", "tender.Sent", "tender.MarkSeen", "tender.Doubted",
        "tender.Approved", "sale.TenderApplied", "sale.Completed",
    ]  # fmt: skip
    doubted = next(row.event for row in shop.noted() if row.name == "tender.Doubted")
    assert doubted.cause == "approved so far; the last word is still to come"


@pytest.mark.parametrize("does", ["decline", "abort"])
def test_a_decline_costs_nothing_and_the_sale_goes_on_at_once(shop, does):
    shop.terminal.customers.append(Customer(does=does))
    id_ = shop.pay()
    assert shop.until_settled(id_) == "voided"
    shop.pay_cash()
    assert charges(shop) == []


def test_the_first_decline_of_a_new_terminal_is_believed_although_it_has_no_receipt(
    tmp_path, monkeypatch
):
    shop = Shop(tmp_path, monkeypatch).open()
    shop.terminal.customers.append(Customer(does="decline"))
    assert shop.until_settled(shop.pay()) == "voided"
    shop.close()


@pytest.mark.parametrize("busy", [BUSY, NOT_READY])
def test_busy_is_no_decline(shop, busy):
    """It may be the answer to our own request: it is asked about, and only then given up."""
    shop.strike(Scripted({"begin authorisation": busy}))
    id_ = shop.pay()
    assert shop.until_settled(id_) == "voided"
    doubted = [row.event for row in shop.noted() if row.name == "tender.Doubted"]
    assert doubted[0].cause in {"the terminal is busy", "the terminal does not answer"}
    assert charges(shop) == []


def test_a_terminal_that_is_not_there_is_said_before_anything_is_sent(tmp_path, monkeypatch):
    shop = Shop(tmp_path, monkeypatch).open()
    shop._served.cancel()
    id_ = shop.pay()
    assert shop.until_settled(id_) == "voided"
    assert "cannot be reached" in " ".join(shop.till.notices())
    shop.pay_cash()
    shop.close()


def test_a_till_that_stops_while_the_customer_pays_finds_the_payment_when_it_starts(shop):
    shop.terminal.customers.append(Customer(thinks_s=0.5))
    id_ = shop.pay()
    shop.until(lambda: "tender.Sent" in shop.names())
    shop.until(lambda: not shop.terminal.is_idle)
    shop.crash()
    shop.until_paid()
    assert shop.status(id_) == "applied"
    assert charges(shop) == [399]


def test_another_terminal_in_its_place_is_not_believed(shop):
    """The spare one has a receipt of the same amount; the question is a person's."""
    shop.strike(Scripted({"rx authorisation": DROP_BEFORE}))
    id_ = shop.pay()
    shop.until(lambda: shop.status(id_) == "unknown")
    shop.terminal.profile = Profile(terminal="11111111", silent_s=SILENT_S)
    shop.until(lambda: shop.till.asked(shop.till.state.payments[id_]).question)
    question = shop.till.asked(shop.till.state.payments[id_]).question
    assert question.startswith("Has the last slip of terminal 28004869 3.99 EUR and a number other")
    assert shop.status(id_) == "unknown"


def test_a_customer_is_sent_away_by_06_b0(shop):
    shop.terminal.customers.append(Customer(thinks_s=5.0))
    id_ = shop.pay()
    shop.until(lambda: "customer" in " ".join(shop.till.notices()).lower())
    shop.until(lambda: not shop.terminal.is_idle and shop.terminal._pausing)
    assert shop.till.do(cmd.CancelPayment()).accepted
    assert shop.until_settled(id_) == "voided"
    assert len(shop.terminal.acquirer.movements) == 1


def test_what_the_terminal_has_printed_comes_from_the_tills_printer(shop):
    shop.pay()
    shop.until_paid()
    jobs = [row.event.job for row in shop.noted() if row.name == "job.Queued"]
    slips = [each for each in jobs if each.kind == "slip"]
    assert [each.lines[0] for each in slips] == ["CHARGE", "CHARGE"]
    assert "Beleg 0002" in slips[0].lines


def test_a_terminal_that_prints_itself_sends_no_slips(tmp_path, monkeypatch):
    shop = shop_with(tmp_path, monkeypatch, 'slips = "terminal"\n')
    shop.pay()
    shop.until_paid()
    jobs = [row.event.job for row in shop.noted() if row.name == "job.Queued"]
    assert "slip" not in {each.kind for each in jobs}
    shop.close()


def test_an_amount_that_was_not_asked_for_is_not_kept(shop):
    """The terminal is told so by 84 66, and takes back what it took."""
    shop.terminal.customers.append(Customer(tip_minor=100))
    id_ = shop.pay()
    assert shop.until_settled(id_) == "voided"
    assert charges(shop) == []
    assert [each.amount_minor for each in shop.terminal.acquirer.movements] == [5, 499]


def test_a_tip_within_its_limit_is_taken_when_the_repeated_receipt_says_it_too(
    tmp_path, monkeypatch
):
    shop = shop_with(tmp_path, monkeypatch, "tip_percent = 30\n")
    shop.terminal.customers.append(Customer(tip_minor=100))
    shop.pay()
    shop.until_paid()
    (tender,) = shop.till.state.last.tenders
    assert (tender.applied_minor, tender.tip_minor) == (399, 100)
    jobs = [row.event.job for row in shop.noted() if row.name == "job.Queued"]
    assert [each.kind for each in jobs].count("slip") == 2  # and not once more by the repeat
    assert charges(shop) == [499]
    shop.close()


def test_a_tip_above_its_limit_is_a_persons_to_settle(tmp_path, monkeypatch):
    """3.99 and 10 percent of it, rounded down, are 4.38: the most that is taken."""
    shop = shop_with(tmp_path, monkeypatch, "tip_percent = 10\n")
    shop.terminal.customers.append(Customer(tip_minor=40))
    id_ = shop.pay()
    cause = "the terminal's last receipt is of another amount"
    shop.until(lambda: shop.till.state.payments[id_].cause == cause)
    assert shop.till.state.last is None
    shop.close()


def test_a_card_that_has_less_pays_its_part_and_cash_the_rest(tmp_path, monkeypatch):
    shop = shop_with(tmp_path, monkeypatch, "partial = true\n")
    shop.terminal.customers.append(Customer(pays_minor=150))
    assert shop.until_settled(shop.pay()) == "applied"
    assert shop.till.state.transaction.due_minor == 249
    shop.pay_cash()
    assert charges(shop) == [150]
    shop.close()


def test_practice_never_reaches_the_terminal(shop):
    shop.until_terminal_rests()
    before = shop.terminal.messages
    parts = shop.till.parts.engine.parts
    shop.till.parts.engine.parts = attrs.evolve(
        parts, settings=attrs.evolve(parts.settings, training=True)
    )
    shop.pay()
    shop.until_paid()
    assert shop.terminal.messages == before
    assert charges(shop) == []


def test_an_end_of_day_is_reported_with_what_the_terminal_counted(tmp_path, monkeypatch):
    shop = Shop(tmp_path, monkeypatch, effects=True)
    shop.terminal.pay_unasked(5, 0.0)
    shop.open().pay()
    shop.until_paid()
    shop.entry(".closebatch card")
    shop.until(lambda: "tender.BatchClosed" in shop.names())
    batch = next(row.event for row in shop.noted() if row.name == "tender.BatchClosed").batch
    assert (batch.terminal, batch.count, batch.gross_minor, batch.mark) == (
        "28004869",
        2,
        404,
        "",
    )
    slips = [row.event.job for row in shop.noted() if row.name == "job.Queued"]
    assert "KASSENSCHNITT" in [each.lines[0] for each in slips if each.kind == "slip"]
    shop.close()


def test_card_numbers_a_terminal_sends_by_mistake_are_in_no_file_of_the_till(tmp_path, monkeypatch):
    """With the negative control: the last four digits, which may be kept, are found."""
    profile = Profile(shows_card_number=True, silent_s=SILENT_S)
    shop = Shop(tmp_path, monkeypatch, profile)
    shop.terminal.pay_unasked(5, 0.0)
    shop.open().pay()
    shop.until_paid()
    shop.till.close()
    found = [path for path in (tmp_path / "till").rglob("*") if path.is_file()]
    everything = b"".join(path.read_bytes() for path in found)
    assert CARD.encode() not in everything
    assert bytes.fromhex(CARD) not in everything
    assert CARD[-4:].encode() in everything
    shop.till = None
    shop.close()


@pytest.mark.parametrize("point", ["tx status", "tx completion", "rx authorisation"])
def test_a_serial_line_that_breaks_loses_no_payment(tmp_path, monkeypatch, point):
    """The adapter is pulled; the till opens the line again and asks."""
    shop = Shop(tmp_path, monkeypatch, is_serial=True)
    shop.terminal.pay_unasked(5, 0.0)
    shop.open()
    first = shop.pay()
    shop.until_paid()
    assert shop.status(first) == "applied"
    kind = DROP_AFTER if point.startswith("rx") else DROP_BEFORE
    shop.strike(_AfterBegin(point, kind))
    second = shop.pay("INK")
    shop.until_paid()
    assert shop.status(second) == "applied"
    assert charges(shop) == [399, 1295]
    shop.close()


class _AfterBegin(Scripted):
    """Strikes at a point of a payment, not of what was asked before it."""

    def __init__(self, point, kind):
        super().__init__()
        self._next = {point: kind}

    def strike(self, point, message):
        if point in {"rx authorisation", "begin authorisation"}:
            self._points.update(self._next)
            self._next = {}
        return super().strike(point, message)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"zvt"', '"zvd"'), "kind cannot be 'zvd'"),
        (("tcp:", "http:"), "terminals.card.address: .* is no line to a terminal"),
        (("tcp://127.0.0.1", "tcp://"), "names no host and port"),
        ((":20007", ':20007"\npassword = "12'), "terminals.card.password is no password"),
        (("kind", "tip_percent = 101\nkind"), "tip_percent cannot be 101"),
        (("terminals.card", 'terminals."Card 1"'), "a name is typed to pay"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_till_with_its_name(tmp_path, change, words):
    table = TABLE.format(address="tcp://127.0.0.1:20007")
    with pytest.raises(ConfigurationError, match=words):
        make_till(tmp_path, settings=table.replace(*change))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tcp://127.0.0.1:20007", "tcp://127.0.0.1"),
        ("tcp://127.0.0.1:20007", "tcp://localhost:20007/"),
        ("tcp://127.0.0.1", "tcp://127.1:020007"),
        ("tcp://POS1:20007", "tcp://pos1.:20007"),
        ("tcp://pos1:4001", "serial:socket://pos1:4001"),
        ("serial:/dev/ttyS9?baud=9600", "serial:/dev//ttyS9?baud=19200"),
        ("serial:{}/terminal?baud=9600", "serial:{}/link-to-it?baud=9600"),
    ],
)
def test_two_tenders_never_share_a_terminal_that_knows_its_last_receipt_only(one, other, tmp_path):
    """However its address is written."""
    (tmp_path / "link-to-it").symlink_to(tmp_path / "terminal")
    table = TABLE.format(address=one.format(tmp_path))
    other = TABLE.format(address=other.format(tmp_path)).replace("terminals.card", "terminals.two")
    with pytest.raises(ConfigurationError, match="share the terminal"):
        make_till(tmp_path / "till", settings=table + other)


def test_two_terminals_of_one_machine_serve_two_tenders(tmp_path):
    """The negative control of the test above: another port is another terminal."""
    table = TABLE.format(address="tcp://127.0.0.1:20007")
    other = table.replace("terminals.card", "terminals.two").replace("20007", "20008")
    make_till(tmp_path, settings=table + other).close()


@pytest.mark.parametrize("password", ["12345678", "[98765]", '"1234567"'])
def test_a_password_that_is_none_is_not_repeated_in_what_is_said_of_it(tmp_path, password):
    table = f"{TABLE.format(address='tcp://127.0.0.1:20007')}password = {password}\n"
    with pytest.raises(ConfigurationError, match=r"terminals\.card\.password") as refused:
        make_till(tmp_path, settings=table)
    digits = password.strip('["]')
    assert digits not in str(refused.value)
    chain = [refused.value.__cause__, refused.value.__context__]
    assert digits not in repr(chain)


def test_the_settings_of_a_terminal_show_no_password():
    settings = TerminalSettings(kind="zvt", address="tcp://127.0.0.1", password="271828")
    assert settings.password == "271828"
    assert "271828" not in repr(settings)
