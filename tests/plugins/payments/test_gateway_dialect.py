"""Replies of a gateway as bytes: what is not as agreed says nothing about money."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import AnswerOutcome, DataError, Slip
from posframe_payments.gateway.dialect import NO_CODE, Dialect
from posframe_payments.gateway.exchange import Ask, Reply
from tests.plugins.payments.gateway_pair import REQUEST

OTHER = f"{'2' * 31}b-1"
PAN = "4111 1111 1111 1111"
PAID = {
    "payment": REQUEST.payment,
    "kind": "charge",
    "status": "approved",
    "reference": "G000001",
    "amount_minor": 1234,
    "currency": "EUR",
    "terminal": "R-1",
}
NEEDED = ("payment", "status", "reference", "amount_minor", "currency", "terminal")
SURE = {AnswerOutcome.APPROVED, AnswerOutcome.DECLINED, AnswerOutcome.REVERSED}


def reply(said, status=200, media_type="application/json"):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Reply(status=status, media_type=media_type, body=body)


def answer(said, status=200, *, kind="card", **more):
    return Dialect("R-1", kind).answer(REQUEST, reply(said, status, **more))


def test_a_payment_is_asked_for_under_our_name_and_key():
    ask = Dialect("R-1").ask_payment(REQUEST)
    assert (ask.method, ask.path, ask.key) == ("PUT", f"/v1/payments/{REQUEST.payment}", "T01-1")
    assert json.loads(ask.body) == {
        "kind": "charge",
        "amount_minor": 1234,
        "currency": "EUR",
        "terminal": "R-1",
        "by": "card",
    }


def test_a_refund_names_the_payment_it_gives_back():
    request = attrs.evolve(REQUEST, kind="refund", original="G000001")
    said = json.loads(Dialect("R-1", "wallet").ask_payment(request).body)
    assert (said["kind"], said["original"], said["by"]) == ("refund", "G000001", "wallet")


def test_each_act_has_a_key_of_its_own_that_stays_the_same():
    dialect, request = Dialect("R-1"), attrs.evolve(REQUEST, reversal="rev-1")
    asks = [
        dialect.ask_payment(request),
        dialect.ask_cancel(request),
        dialect.ask_reversal(request),
    ]
    assert [each.key for each in asks] == ["T01-1", "T01-1-c", "rev-1"]
    assert dialect.ask_status(request) == Ask(
        method="GET", path=f"/v1/payments/{REQUEST.payment}"
    ), "asking changes nothing and needs no key"


def test_what_was_taken_is_read_whole():
    slips = [{"kind": "customer", "lines": ["Thank you", "12.34"], "qr": "x"}]
    found = answer({**PAID, "amount_minor": 1300, "tip_minor": 66, "words": "ok", "slips": slips})
    assert found.outcome is AnswerOutcome.APPROVED
    assert (found.amount_minor, found.tip_minor, found.currency) == (1300, 66, "EUR")
    assert (found.reference, found.terminal, found.words) == ("G000001", "R-1", "ok")
    assert found.slips == (Slip(kind="customer", lines=("Thank you", "12.34"), qr="x"),)
    assert json.loads(found.raw)["amount_minor"] == 1300


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("pending", AnswerOutcome.IN_PROGRESS),
        ("approved", AnswerOutcome.APPROVED),
        ("declined", AnswerOutcome.DECLINED),
        ("cancelled", AnswerOutcome.DECLINED),
        ("expired", AnswerOutcome.DECLINED),
        ("reversed", AnswerOutcome.REVERSED),
    ],
)
def test_each_status_has_its_meaning(status, outcome):
    assert answer({**PAID, "status": status}).outcome is outcome


@pytest.mark.parametrize("status", ["", "Approved", "approved ", "ok", "settling", None, 1, True])
def test_a_status_that_was_not_agreed_means_nothing(status):
    with pytest.raises(DataError):
        answer({**PAID, "status": status})


@pytest.mark.parametrize("field", NEEDED)
@pytest.mark.parametrize("instead", ["gone", None, "", [], {}, True, -1, 1.5, "\n", "é" * 9])
def test_money_moved_only_where_all_is_said_about_it(field, instead):
    said = {**PAID, field: instead}
    if instead == "gone":
        del said[field]
    with pytest.raises(DataError):
        answer(said)


@pytest.mark.parametrize(
    "changes", [{"amount_minor": 0}, {"tip_minor": 1234}, {"tip_minor": -1}, {"kind": "refund"}]
)
def test_what_contradicts_itself_or_the_question_means_nothing(changes):
    with pytest.raises(DataError):
        answer({**PAID, **changes})


def test_an_answer_about_another_payment_says_so_and_the_kernel_leaves_it_aside():
    assert answer({**PAID, "payment": OTHER}).payment == OTHER


def test_not_found_is_believed_only_of_the_gateway_and_about_the_payment():
    good = {"error": "not_found", "payment": REQUEST.payment}
    assert answer(good, 404).outcome is AnswerOutcome.NOT_FOUND
    for said, status, media_type in [
        ({"error": "not_found"}, 404, "application/json"),
        ({"error": "not_found", "payment": OTHER}, 404, "application/json"),
        ({"error": "no_such_path", "payment": REQUEST.payment}, 404, "application/json"),
        (good, 404, "text/html"),
        (good, 410, "application/json"),
        (good, 500, "application/json"),
        (good, 200, "application/json"),
        (b"<html>404</html>", 404, "text/html"),
    ]:
        with pytest.raises(DataError):
            answer(said, status, media_type=media_type)


@pytest.mark.parametrize("status", [100, 202, 204, 301, 302, 400, 401, 403, 404, 409, 422, 500])
def test_no_other_status_carries_a_payment(status):
    """Also where the body looks like one."""
    with pytest.raises(DataError):
        answer(PAID, status)


@pytest.mark.parametrize("media_type", ["", "text/html", "text/json", "application/jsonp"])
def test_what_is_not_called_json_carries_no_payment(media_type):
    with pytest.raises(DataError):
        answer(PAID, media_type=media_type)


def test_settled_refuses_a_reversal_and_no_other_error_does():
    dialect = Dialect("R-1")
    said = {"error": "settled", "payment": REQUEST.payment, "words": "the bank has it"}
    found = dialect.reversed(REQUEST, reply(said, 409))
    assert (found.outcome, found.words) == (AnswerOutcome.REFUSED, "the bank has it")
    for error, status in [("busy", 409), ("settled", 400), ("conflict", 409), ("settled", 503)]:
        with pytest.raises(DataError):
            dialect.reversed(REQUEST, reply({**said, "error": error}, status))


def test_a_wallet_shows_its_code_as_long_as_it_can_be_paid():
    pending = {**PAID, "status": "pending", "qr": "https://pay.example/G000001"}
    assert answer(pending, kind="wallet").shows == "https://pay.example/G000001"
    assert answer({**pending, "status": "declined"}, kind="wallet").shows == ""
    del pending["qr"]
    assert answer(pending, kind="wallet").words == NO_CODE
    assert answer(pending, kind="card").words == ""


@pytest.mark.parametrize("qr", ["x" * 2_001, "a\nb", 5])
def test_a_code_that_fits_none_is_not_shown(qr):
    with pytest.raises(DataError):
        answer({**PAID, "status": "pending", "qr": qr}, kind="wallet")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'"approved"',
        b"[]",
        b"{" * 50_000,
        b'{"amount_minor": 1' + b"0" * 10_000 + b"}",
        b'{"amount_minor": NaN}',
        b"\xff\xfe{}",
        b" " * 70_000 + b"{}",
        json.dumps(PAID).encode()[:-1],
        json.dumps(PAID).encode() + b"{}",
        json.dumps(PAID).encode().replace(b'"kind"', b'"amount_minor": 1, "kind"'),
    ],
)
def test_what_is_no_object_or_says_a_thing_twice_means_nothing(body):
    with pytest.raises(DataError):
        answer(body)


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_an_answer(body):
    with pytest.raises(DataError):
        answer(body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
FIELDS = [*PAID, "tip_minor", "words", "qr", "slips", "more"]


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
def test_whatever_stands_in_its_fields_an_answer_is_whole_or_none(changes):
    """Money that moved is a whole amount above zero, under a name, of a currency and terminal."""
    try:
        found = answer(json.dumps({**PAID, **changes}).encode())
    except DataError:
        return
    if found.outcome in {AnswerOutcome.APPROVED, AnswerOutcome.REVERSED}:
        assert type(found.amount_minor) is int
        assert found.amount_minor > 0
        assert found.reference
        assert found.currency
        assert found.terminal


@given(st.integers(0, len(json.dumps(PAID)) - 1))
def test_an_answer_cut_short_anywhere_means_nothing(length):
    with pytest.raises(DataError):
        answer(json.dumps(PAID).encode()[:length])


def test_no_card_number_is_kept():
    """Words and slips have it starred, a field nobody knows is not kept, a name cannot have one."""
    slips = [{"kind": "merchant", "lines": [f"Card {PAN}"]}]
    said = {**PAID, "words": f"card {PAN} taken", "slips": slips, "pan": PAN.replace(" ", "")}
    found = repr(answer(said))
    assert PAN not in found
    assert PAN.replace(" ", "") not in found
    assert "1111 taken" in found
    for field in ("reference", "terminal", "currency", "status", "kind", "payment"):
        with pytest.raises(DataError) as refused:
            answer({**PAID, field: PAN.replace(" ", "")})
        assert PAN.replace(" ", "") not in f"{refused.value!r} {refused.value.__cause__!r}"


def test_a_list_is_read_whole_or_not_at_all():
    dialect = Dialect("R-1")
    page = dialect.page(reply({"payments": [PAID], "next": "17", "more": True}))
    assert [each.payment for each in page.payments] == [REQUEST.payment]
    assert (page.next_mark, page.is_last) == ("17", False)
    for said in [
        {"payments": [PAID, {}], "next": "17", "more": True},
        {"payments": [PAID, 5], "next": "17", "more": True},
        {"payments": {}, "next": "17", "more": True},
        {"payments": [PAID]},
        {"payments": [PAID] * 101, "next": "", "more": False},
    ]:
        with pytest.raises(DataError):
            dialect.page(reply(said))


def test_a_batch_has_a_name_and_whole_sums():
    dialect = Dialect("R-1")
    said = {"batch": "B1", "terminal": "R-1", "count": 2, "gross_minor": -17, "currency": "EUR"}
    batch = dialect.batch(reply(said))
    assert (batch.reference, batch.count, batch.gross_minor) == ("B1", 2, -17)
    assert batch.fees_minor is None
    for changes in ({"batch": ""}, {"gross_minor": 1.5}, {"count": -1}, {"fees_minor": "2"}):
        with pytest.raises(DataError):
            dialect.batch(reply({**said, **changes}))
