"""What a careless payment provider says is stored, shown and printed without a card's number."""

from __future__ import annotations

import logging

import attrs
import pytest

from posframe.asking import RAW_MAX, sound, sound_batch, sound_identity, sound_slips, trouble
from posframe.errors import DeviceOffline, PluginError
from posframe.kernel.domain import card_data, card_guard, card_packed
from posframe.kernel.domain.payment import AnswerOutcome, Batch, ProviderAnswer, Slip
from posframe.kernel.providers import Identity, Question
from posframe.payment_desk import Desk, Turn
from posframe.testing.payments.gateway_provider import BY_REFERENCE, GatewayProvider, gateway_tender
from tests.card_canaries import CANARIES, FORMS, VISA, found_in, found_under, packed
from tests.paying import Shop

NAMES = ("reference", "terminal", "mark", "payment", "currency")
STARRED = "*" * (len(VISA) - 4) + VISA[-4:]
SLIP = Slip(kind="customer", lines=("Card", VISA, f"track ;{VISA}=27121010000?"), qr=VISA)


class Careless(GatewayProvider):
    """Says the number of the card wherever there is room for words."""

    def _careless(self, answer):
        raw = f'{{"pan": "{VISA}"}}'.encode() + b"\xff\x5a\x08" + packed(VISA)
        return attrs.evolve(answer, words=f"card {VISA}", raw=raw, slips=(SLIP,), shows=VISA)

    async def authorise(self, request):
        busy = ProviderAnswer(outcome=AnswerOutcome.IN_PROGRESS, payment=request.payment)
        yield self._careless(busy)
        async for answer in super().authorise(request):
            yield self._careless(answer)

    async def inquire(self, request):
        return self._careless(await super().inquire(request))

    async def reverse(self, request):
        logging.getLogger("careless").debug("reversing")
        return self._careless(await super().reverse(request))

    def question(self, request):
        return Question(words=f"Was {VISA} charged?")


class Failing(GatewayProvider):
    """Fails with the number of the card in the words of posframe's own errors."""

    async def authorise(self, request):
        self.gateway.post(request)
        raise DeviceOffline(f"The line broke at {VISA}", hint=f"look at {VISA}")
        yield

    async def inquire(self, request):
        raise DeviceOffline(f"No answer about {VISA}", hint=VISA)

    def question(self, request):
        return Question(words=f"Was {VISA} charged?")


class Unreachable(GatewayProvider):
    """Cannot even say who it is, but by a card's number."""

    async def identify(self):
        return Identity(terminal=VISA, mark=VISA)


@pytest.fixture
def shop_of(tmp_path, monkeypatch):
    shops = []

    def make(provider):
        shop = Shop(tmp_path, monkeypatch)
        tender = gateway_tender(shop.gateway, BY_REFERENCE)
        made = attrs.evolve(tender, provider=lambda: provider(shop.gateway, BY_REFERENCE))
        shop.tenders = [made]
        shops.append(shop)
        return shop.open()

    yield make
    for shop in shops:
        shop.close()


@pytest.fixture
def switched_off(monkeypatch):
    monkeypatch.setattr(card_guard, "may_hold_card_data", lambda _text: False)
    monkeypatch.setattr(card_data, "find_card_numbers", lambda _text, _allow=None: ())
    monkeypatch.setattr(card_packed, "lengths_of", lambda _prefix: frozenset())


def kept_by(shop):
    """Return all a shop remembers and shows."""
    rows = shop.till.call(lambda: list(shop.till.parts.journal.read()))
    state = shop.till.state
    return f"{rows} {state.payments} {state.jobs} {shop.notices()} {shop.script.line('@state')}"


def paid_carelessly(shop):
    id_ = shop.pay()
    shop.until(lambda: "sale.Completed" in shop.names(), "paid")
    return id_


def test_a_careless_answer_is_masked_and_the_payment_counts(shop_of, tmp_path, capfd, caplog):
    """Words, raw answer, slips and codes to scan; none of it makes an approval a doubt."""
    shop = shop_of(Careless)
    paid_carelessly(shop)
    said = kept_by(shop)
    shop.close()
    assert f"card {STARRED}" in said
    assert not found_in(said)
    assert not found_under(tmp_path)
    assert not found_in("".join(capfd.readouterr()) + caplog.text)


def test_a_careless_answer_is_found_without_the_guard(shop_of, tmp_path, switched_off):
    """The negative control."""
    shop = shop_of(Careless)
    paid_carelessly(shop)
    said = kept_by(shop)
    shop.close()
    assert found_in(said, [VISA])
    assert found_under(tmp_path, [VISA])


def test_what_a_provider_fails_with_is_masked_and_leaves_a_doubt(shop_of, tmp_path, capfd):
    shop = shop_of(Failing)
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    said = kept_by(shop) + repr(shop.script.line(".payments"))
    shop.close()
    assert f"The line broke at {STARRED}" in said
    assert not found_in(said)
    assert not found_under(tmp_path)
    assert not found_in("".join(capfd.readouterr()))


def test_what_a_person_is_asked_holds_no_number(shop_of):
    shop = shop_of(Failing)
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    payment = shop.till.state.payments[id_]
    desk = Desk("card", Failing(shop.gateway, BY_REFERENCE), BY_REFERENCE, Turn(), None)
    assert desk.question(payment) == f"Was {STARRED} charged?"


def test_a_terminal_named_by_a_card_number_is_sent_nothing(shop_of, tmp_path):
    shop = shop_of(Unreachable)
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert not shop.asked("charge")
    assert not found_in(kept_by(shop))
    shop.close()
    assert not found_under(tmp_path)


# The one place where what providers say comes in


def answer(**more):
    fields = {"outcome": AnswerOutcome.APPROVED, "amount_minor": 100, "currency": "EUR"}
    return ProviderAnswer(**{**fields, **more})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_names_something_by_card_data_says_nothing(name, form):
    """It cannot be kept whole, and cut it would name nothing: so nobody knows, never declined."""
    for number in CANARIES:
        said = sound(answer(**{name: FORMS[form](number)}))
        assert said.outcome is AnswerOutcome.UNKNOWN
        assert not found_in(repr(said))


def test_references_of_providers_pass_as_they_are():
    """The negative control; one that is as long as a card's number has a letter before it."""
    for reference in (
        "R-17",
        "881536101234567A",
        "pi_3NkqXy2eZvKYlo2C1gqWkVnV",
        "0193f2c4a1b27c3d8e4f5a6b7c8d9e0f",
        "RF18BCDFGHJKLMNPQRST",
        "210000000003139471430009017",
        f"r{VISA}",
    ):
        said = sound(answer(reference=reference, terminal="52500042", mark="001103"))
        assert (said.outcome, said.reference) == (AnswerOutcome.APPROVED, reference)


@pytest.mark.parametrize("form", FORMS)
def test_words_raw_answers_and_slips_are_masked_in_every_form(form):
    for number in CANARIES:
        text = FORMS[form](number)
        slip = Slip(kind="merchant", lines=("x", text), qr=text)
        said = sound(answer(words=text, raw=b"\xff" + text.encode(), slips=(slip,), shows=text))
        assert said.outcome is AnswerOutcome.APPROVED
        if form in {"hex", "in a sentence"}:  # a code to scan may hold numbers: the shop's own
            said = attrs.evolve(said, shows="", slips=(attrs.evolve(said.slips[0], qr=""),))
        assert not found_in(repr(said))
        assert not found_in(said.raw)


def test_a_number_where_a_long_answer_is_cut_is_not_left_in_part():
    for at in range(RAW_MAX - 20, RAW_MAX + 2):
        raw = sound(answer(raw=b"x" * at + VISA.encode() + b"y" * 99)).raw
        assert len(raw) == RAW_MAX
        assert not any(VISA[:length].encode() in raw for length in range(6, 20))
    words = sound(answer(words="x" * 190 + VISA)).words
    assert VISA[:6] not in words


def test_codes_of_the_shops_own_are_shown_whole():
    """A merchant's number in a code to scan is nobody's card."""
    data = f"00020101021202{len(VISA)}{VISA}5303978540517.495802DE6304ABCD"
    assert sound(answer(shows=data)).shows == data
    (slip,) = sound_slips((Slip(kind="pay", lines=("Scan",), qr=data),))
    assert slip.qr == data


def test_a_batch_named_by_a_card_number_is_refused():
    with pytest.raises(PluginError, match="malformed"):
        sound_batch(Batch(reference=VISA))
    with pytest.raises(TypeError):
        sound_identity(Identity(terminal=VISA))
    assert sound_batch(Batch(terminal="52500042", reference="17", slips=(SLIP,))).slips[0].qr == ""


def test_of_an_error_of_ours_the_words_are_kept_without_the_number():
    assert trouble(DeviceOffline(f"lost {VISA}", hint=VISA)) == f"lost {STARRED}"
    assert trouble(ValueError(VISA)) == "a fault (ValueError)"
