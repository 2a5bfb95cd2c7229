"""A till that is paid through a gateway at a port of this machine: its settings, its sales."""

from __future__ import annotations

import json
import socket
import time

import anyio
import pytest

from posframe import ConfigurationError
from posframe.kernel.domain import commands as cmd
from posframe.loop_thread import LoopThread
from posframe.testing.ports import CountingIds
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_payments.simulators.gateway_server import WebhookSender, post
from tests.paying import Shop
from tests.plugins.payments.gateway_pair import API_KEY, Far

SECRET = bytes(range(32))
WRITTEN = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
PAN = "4111111111111111"
HASTE = 5
"""The wire is real: what may take ten seconds has two."""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class GatewayShop(Shop):
    """One till, and a gateway in another thread, which goes on while the till is closed."""

    def __init__(self, folder, monkeypatch, kind="card", more=""):
        super().__init__(folder / "till", monkeypatch)
        self.tenders[:] = []
        self._telling = []
        self._thread = LoopThread()
        self._portal = self._thread.portal()
        self.far = self._portal.call(_far)
        self.hooks = free_port()
        self.sender = WebhookSender(self.far.api, self.hooks, SECRET)
        self.settings = (
            f'[plugins.payments.gateways.card]\nurl = "{self.far.url}"\nterminal = "R-1"\n'
            f'kind = "{kind}"\nlisten = "127.0.0.1:{self.hooks}"\nanswer_within_s = 1000\n{more}'
        )
        self.keys = self.folder / "gateway-card.toml"
        self.folder.mkdir()
        self.write_keys(f'api_key = "{API_KEY}"\nwebhook_secrets = ["{WRITTEN}"]\n')

    def write_keys(self, text, mode=0o600):
        self.keys.write_text(text)
        self.keys.chmod(mode)

    def open(self):
        self._starts += 1
        ids = CountingIds(self._starts * 1_000_000)
        ports = Ports(clock=self.clock, ids=ids, effects=False, lock=False, payment_haste=HASTE)
        self.till = make_till(self.folder, settings=self.settings, ports=ports)
        self.till.listen(self._note)
        return self

    def strays(self):
        """Return what was written down of messages that are about no payment here."""
        self.names()  # all that is committed has been heard of
        return [row.event for row in self.events if row.name == "tender.StrayHeard"]

    def call(self, function, *arguments):
        """Run a coroutine function in the gateway's thread."""
        return self._portal.call(function, *arguments)

    def tell(self):
        """Let the gateway send its webhooks from now on."""
        self._telling.append(self._portal.start_task_soon(self.sender.run))

    def heard(self):
        """Wait until the port listens."""

        async def knock():
            async with await anyio.connect_tcp("127.0.0.1", self.hooks):
                return

        while True:
            try:
                return self.call(knock)
            except OSError:
                time.sleep(0.01)

    def end(self):
        self.close()
        for each in self._telling:
            each.cancel()
        self._portal.call(self.far.stop)
        self._thread.close()


async def _far():
    far = Far()
    far.ledger.customer_s = 0.05
    return far


@pytest.fixture
def make_shop(tmp_path, monkeypatch):
    """Make a shop that is closed at the end."""
    made = []

    def make(*arguments, **more):
        made.append(GatewayShop(tmp_path, monkeypatch, *arguments, **more))
        return made[-1]

    yield make
    for each in made:
        each.end()


def test_a_sale_is_paid_and_its_slip_is_printed(make_shop):
    shop = make_shop().open()
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    (tender,) = shop.till.state.last.tenders
    assert (tender.id, tender.reference, tender.applied_minor) == (id_, "G000001", 399)
    assert shop.far.ledger.taken(id_) == [399]
    shop.names()  # all that is committed has been heard of
    jobs = [row.event.job for row in shop.events if row.name == "job.Queued"]
    assert [each.lines for each in jobs if each.kind == "slip"] == [("R-1 G000001", "EUR 399")]


def test_a_lost_answer_is_asked_for_and_the_sale_ends(make_shop):
    shop = make_shop()
    shop.far.fail("lost answer")
    shop.open()
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert "tender.Doubted" in shop.names()
    assert shop.far.ledger.taken(id_) == [399]
    assert sum(each.method == "PUT" for each in shop.far.api.requests) == 1


def test_where_the_answer_is_lost_and_nobody_can_be_asked_a_webhook_ends_the_sale(make_shop):
    shop = make_shop()
    shop.far.fail("lost answer")
    shop.far.fail("lost poll", 1_000_000)
    shop.open()
    shop.heard()
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    assert shop.till.state.last is None
    shop.tell()
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.far.ledger.taken(id_) == [399]
    shop.until(lambda: shop.sender.statuses[-1:] == [204])


def test_a_webhook_is_acknowledged_when_what_it_told_is_in_the_journal(make_shop):
    """Told while the till was closed it is sent anew, and the sale ends by it after the start."""
    shop = make_shop()
    shop.far.fail("lost answer")
    shop.far.fail("lost poll", 1_000_000)
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    shop.close()
    shop.tell()
    shop.until(lambda: 0 in shop.sender.statuses)
    assert 204 not in shop.sender.statuses
    shop.open()
    shop.until(lambda: shop.till.state.last is not None)
    shop.until(lambda: shop.sender.statuses[-1:] == [204])
    assert shop.far.ledger.taken(id_) == [399]


def test_a_forged_webhook_changes_nothing_and_is_in_the_journal(make_shop):
    shop = make_shop()
    shop.far.ledger.customer_s = -1  # nobody ever pays
    shop.open()
    shop.heard()
    id_ = shop.pay()
    shop.until(lambda: id_ in shop.far.ledger.payments)
    forged = {**shop.far.api.about(shop.far.ledger.payments[id_]), "status": "approved"}
    body = json.dumps({"type": "payment.changed", "data": forged}).encode()
    now_s = int(time.time())
    liar = WebhookSender(shop.far.api, shop.hooks, bytes(32))
    headers = liar.headers(body, id_="msg_1", at_s=now_s)
    assert shop.call(post, shop.hooks, body, headers) == 401
    (stray,) = shop.strays()
    assert "its signature is wrong" in stray.answer.words
    assert stray.payment == ""
    assert shop.status(id_) == "sent"
    assert shop.till.state.last is None


def test_a_webhook_about_a_payment_nobody_knows_is_in_the_journal(make_shop):
    shop = make_shop().open()
    shop.heard()
    other = f"{'5' * 31}e-1"
    paid = {
        "payment": other,
        "kind": "charge",
        "status": "approved",
        "reference": "G7",
        "amount_minor": 5,
        "currency": "EUR",
        "terminal": "R-1",
    }
    body = json.dumps({"type": "payment.changed", "data": paid}).encode()

    async def send():
        return await shop.sender.send(body, id_="msg_1", at_s=int(time.time()))

    assert shop.call(send) == 204
    (stray,) = shop.strays()
    assert (stray.payment, stray.answer.amount_minor) == (other, 5)


def test_a_wallet_shows_the_cashier_what_the_customer_scans(make_shop):
    shop = make_shop("wallet")
    shop.far.ledger.customer_s = -1
    shop.open()
    id_ = shop.pay()
    shop.until(lambda: _shown(shop, id_) == "https://pay.example/G000001")
    kept = shop.far.ledger.payments[id_]
    shop._portal.call(shop.far.ledger.pay, kept)
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.far.ledger.taken(id_) == [399]


def _shown(shop, id_):
    return shop.till.asked(shop.till.state.payments[id_]).shows


def test_a_request_that_is_lost_is_fenced_off_and_the_sale_can_be_paid_another_way(make_shop):
    """Nobody waits for the grace: the cancel also refuses what would arrive later."""
    shop = make_shop()
    shop.far.fail("lost request")
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "declined")
    assert shop.far.ledger.payments[id_].status == "cancelled"
    assert shop.do(cmd.Pay(type="cash")).accepted
    assert shop.far.ledger.taken(id_) == []


def test_money_goes_back_when_the_sale_is_cancelled(make_shop):
    shop = make_shop().open()
    assert shop.do(cmd.AddItem(code="INK")).accepted
    id_ = shop.pay(amount_minor=500)
    shop.until_status(id_, "applied")
    assert shop.do(cmd.Cancel(reason="left")).accepted
    shop.until(lambda: shop.far.ledger.returned(id_) == [500])
    assert shop.far.ledger.acquirer.taken_minor == 0


def test_money_that_the_bank_has_already_goes_to_a_person(make_shop):
    shop = make_shop()
    shop.far.fail("settled", 100)
    shop.open()
    assert shop.do(cmd.AddItem(code="INK")).accepted
    id_ = shop.pay(amount_minor=500)
    shop.until_status(id_, "applied")
    assert shop.do(cmd.Cancel(reason="left")).accepted
    shop.until_status(id_, "queued_for_person")
    assert shop.far.ledger.returned(id_) == []


def test_a_gateway_that_is_away_charges_nothing_and_says_so(make_shop):
    shop = make_shop()
    shop.far.fail("unreachable", 1_000)
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert shop.till.state.payments[id_].cause.startswith("The gateway does not reply")
    assert not any(each.method == "PUT" for each in shop.far.api.requests)


def test_neither_keys_nor_card_numbers_are_in_the_till_s_folder(make_shop):
    """The key is in its own file alone. A gateway's words bring a card number: it is starred."""
    shop = make_shop()
    about = shop.far.api.about
    shop.far.api.about = lambda kept: {
        **about(kept),
        "words": f"card {PAN}",
        "pan": PAN,
        "slips": [{"kind": "customer", "lines": [f"Card {PAN}"]}],
    }
    shop.open()
    shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    shop.close()
    for path in shop.folder.rglob("*"):
        if path.is_file() and path != shop.keys:
            found = path.read_bytes()
            assert PAN.encode() not in found, path.name
            assert API_KEY.encode() not in found, path.name
            assert SECRET not in found, path.name
    assert b"1111" in (shop.folder / "till.db").read_bytes() + b"".join(
        each.read_bytes() for each in shop.folder.glob("till.db-wal")
    ), "the answer was stored, starred"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('url = "http://127', 'url = "http://192', "not safe for keys"),
        ('url = "http://127', 'url = "ftp://127', "not safe for keys"),
        ('url = "http://', 'url = "http://me:secret@', "no address of a gateway"),
        ('terminal = "R-1"', 'terminal = "../R-1"', "is no name"),
        ('terminal = "R-1"', f'terminal = "{PAN}"', "is no name"),
        ("gateways.card]", "gateways.My-Card]", "a name is typed to pay"),
        ("answer_within_s = 1000", "answer_within_s = 0", "not 1 to 3600 seconds"),
        ("answer_within_s = 1000", "answer_within_s = 3601", "not 1 to 3600 seconds"),
        ("answer_within_s = 1000", "grace_s = 0", "not 1 to 3600 seconds"),
        ("answer_within_s = 1000", "tip_percent = 101", "not 0 to 100"),
        ('listen = "127.0.0.1:', 'listen = "', "is no address"),
        ('kind = "card"', 'keys = "none.toml"', "none.toml cannot be read"),
        ('kind = "card"', 'kind = "cheque"', "cheque"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_at_the_start(make_shop, old, new, words):
    shop = make_shop()
    assert old in shop.settings
    shop.settings = shop.settings.replace(old, new)
    with pytest.raises(ConfigurationError) as refused:
        shop.open()
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (f'api_key = "{API_KEY}"', 0o644, "chmod 600"),
        ('api_key = "', 0o600, "cannot be read"),
        ('api_key = ""', 0o600, "no file of keys"),
        (f'api_key = "{API_KEY}"\nkey = 1', 0o600, "no file of keys"),
        (f'api_key = "{API_KEY}"', 0o600, "no webhook_secrets"),
        (f'api_key = "{API_KEY}"\nwebhook_secrets = ["whsec_AAAA"]', 0o600, "secret that is none"),
        (f'api_key = "{API_KEY}"\nwebhook_secrets = ["{WRITTEN[6:]}"]', 0o600, "that is none"),
    ],
)
def test_a_file_of_keys_that_cannot_be_used_is_refused_and_never_quoted(
    make_shop, text, mode, words
):
    shop = make_shop()
    shop.write_keys(text, mode)
    with pytest.raises(ConfigurationError) as refused:
        shop.open()
    assert words in str(refused.value)
    assert API_KEY not in f"{refused.value!r} {refused.value} {refused.value.__cause__!r}"


def test_two_gateways_do_not_listen_at_one_port(make_shop):
    shop = make_shop()
    second = shop.settings.replace("gateways.card]", 'gateways.wallet]\nkeys = "gateway-card.toml"')
    shop.settings += second
    with pytest.raises(ConfigurationError, match="two listen at"):
        shop.open()
