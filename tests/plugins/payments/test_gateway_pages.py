"""What the pages say of gateways is what is read, set and spoken."""

from __future__ import annotations

import json

import attrs
import pytest

from posframe import AnswerOutcome
from posframe_payments.gateway.dialect import Dialect
from posframe_payments.gateway.exchange import Reply
from posframe_payments.settings import GatewaySettings
from posframe_payments.simulators.gateway_ledger import FAULTS
from tests.docs.pages import blocks, page, tables
from tests.plugins.payments.gateway_pair import REQUEST

PROTOCOL = page("docs/formats/gateway.md")
SAID = [json.loads(line) for block in blocks(PROTOCOL, "json") for line in block.text.splitlines()]
MINE = attrs.evolve(REQUEST, payment="01a2037858577642830c4ff74421ea26-1")


def reply(said, status=200):
    return Reply(status=status, media_type="application/json", body=json.dumps(said).encode())


def one(field):
    (found,) = [each for each in SAID if field in each]
    return found


def test_the_payments_of_the_page_are_understood():
    found = [Dialect("R-1").answer(MINE, reply(each)) for each in SAID if "status" in each]
    assert [each.outcome.value for each in found] == ["in_progress", "approved"]
    assert found[0].shows == "https://pay.example/G000001"
    assert (found[1].amount_minor, found[1].tip_minor) == (1300, 5)


def test_what_the_page_asks_for_is_what_is_asked_for():
    dialect = Dialect("R-1")
    charge = attrs.evolve(MINE, amount_minor=1295)
    refund = attrs.evolve(MINE, amount_minor=500, kind="refund", original="G000001")
    asked = [json.loads(dialect.ask_payment(each).body) for each in (charge, refund)]
    assert asked == [each for each in SAID if "by" in each]


def test_terminal_list_batch_error_and_message_of_the_page_are_understood():
    dialect = Dialect("R-1")
    assert dialect.identity(reply(one("online")))[1]
    assert dialect.page(reply(one("more"))).is_last
    batch = dialect.batch(reply(one("batch")))
    assert (batch.count, batch.gross_minor, batch.fees_minor) == (2, 1295, 12)
    assert dialect.answer(MINE, reply(one("error"), 404)).outcome is AnswerOutcome.NOT_FOUND
    assert dialect.told(json.dumps(one("type")).encode()).amount_minor == 1295


def test_every_setting_is_on_the_page_with_its_default():
    rows = tables(page("docs/tills/payments.md"), "## Gateways")
    rows = [row for row in rows if len(row) == 3]
    fields = attrs.fields(GatewaySettings)
    assert [row[0].strip("`") for row in rows] == [field.name for field in fields]
    for (_, default, _), field in zip(rows, fields, strict=True):
        is_needed = field.default is attrs.NOTHING
        written = "needed" if is_needed else f"`{json.dumps(field.default)}`"
        assert default == written, field.name


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_of_the_simulator_is_made_by_some_test(name):
    """A fault that nobody makes proves nothing."""
    folder = page("tests/plugins/payments/gateway_pair.py").parent
    tried = "".join(each.read_text() for each in folder.glob("*gateway*.py"))
    assert f'"{name}"' in tried
