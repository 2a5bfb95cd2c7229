"""What an offer gives, in words that stand on their own years later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Money, format_minor

if TYPE_CHECKING:
    from posframe_promotions.terms import Offer

_FULL_MILLI = 100_000


def rule_words(offer: Offer, currency: str) -> str:
    """Say what the offer gives: ``3 for 2: the cheapest of 3 free``."""

    def amount(minor: int) -> str:
        return str(Money(minor, currency))

    words = {
        "unit_percent": lambda: f"{_off(offer)} each",
        "unit_amount": lambda: f"{amount(offer.amount_minor)} off each",
        "unit_price": lambda: f"{amount(offer.price_minor)} each",
        "n_for_price": lambda: f"{offer.n} for {amount(offer.price_minor)}",
        "n_percent": lambda: f"{_off(offer)} on {offer.n} together",
        "n_amount": lambda: f"{amount(offer.amount_minor)} off {offer.n} together",
        "cheapest_percent": lambda: _cheapest(offer),
        "bundle_price": lambda: f"{_bundle(offer)} together for {amount(offer.price_minor)}",
        "bundle_percent": lambda: f"{_off(offer)} on {_bundle(offer)} together",
        "buy_get": lambda: _buy_get(offer),
        "at_least_percent": lambda: f"{_off(offer)} each from {offer.n} on",
        "at_least_price": lambda: f"{amount(offer.price_minor)} each from {offer.n} on",
        "basket_percent": lambda: f"{_off(offer)} on {_scope(offer)}",
        "basket_amount": lambda: f"{amount(offer.amount_minor)} off {_scope(offer)}",
        "basket_price": lambda: f"{_scope(offer)} for {amount(offer.price_minor)}",
        "gift": lambda: _gift(offer),
    }[offer.kind]()
    if offer.spend_minor:
        words += f", from {amount(offer.spend_minor)} on"
    return words


def _off(offer: Offer) -> str:
    if offer.percent_milli == _FULL_MILLI:
        return "free"
    text = format_minor(offer.percent_milli, 3).rstrip("0").rstrip(".")
    return f"{text} % off"


def _cheapest(offer: Offer) -> str:
    what = "cheapest" if offer.discounted == 1 else f"{offer.discounted} cheapest"
    if offer.percent_milli == _FULL_MILLI:
        return f"{offer.n} for {offer.n - offer.discounted}: the {what} of {offer.n} free"
    return f"{_off(offer)} the {what} of {offer.n}"


def _bundle(offer: Offer) -> str:
    return f"{sum(place.count for place in offer.places)} that belong together"


def _buy_get(offer: Offer) -> str:
    buy, get = offer.places
    words = "free" if offer.percent_milli == _FULL_MILLI else f"at {_off(offer)}"
    return f"buy {buy.count}, get {get.count} {words}"


def _scope(offer: Offer) -> str:
    return "the whole sale" if offer.goods.is_any else "all goods of the offer"


def _gift(offer: Offer) -> str:
    words = f"{offer.discounted} free"
    return f"{words} with {offer.places[0].count} bought" if offer.places else words
