"""Reading the taxes a basket defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.explain.reading import Fields, Refused, at_path, nearest, shortened, shown
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.tax import Tax, TaxKind, Treatment, taxes_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = (
    "kind",
    "rate",
    "amount",
    "included",
    "affects_base",
    "base_affected",
    "label",
    "treatment",
    "reason",
    "entity",
)
CODE_MAX = 40


def read_taxes(fields: Fields, currency: str) -> dict[str, Tax]:
    """Return the taxes at ``taxes`` by code.

    Raises:
        Refused: one of them cannot be; the path says which.
    """
    if "taxes" not in fields:
        return {}
    values = fields.raw("taxes")
    whole = Fields(values, fields.at("taxes"), values if isinstance(values, dict) else ())
    return {code: _tax(code, each, whole.at(code), currency) for code, each in values.items()}


def taxes_of_line(fields: Fields, known: Mapping[str, Tax]) -> tuple[Tax, ...] | None:
    """Return the taxes a line names, in its order; None where it names none at all.

    Raises:
        Refused: one is not defined, or they cannot be borne together.
    """
    if "taxes" not in fields:
        return None
    found = []
    for code, path in fields.items("taxes"):
        tax = known.get(code) if isinstance(code, str) else None
        if tax is None:
            listed = ", ".join(known) or "none"
            hint = nearest(code, known) if isinstance(code, str) else "name it in quotes"
            raise Refused(
                path, f"The tax {shown(code)} is not defined", hint or f"taxes defines: {listed}"
            )
        found.append(tax)
    problem = taxes_problem(tuple(found))
    if problem:
        hint = "take one out, or mend it in taxes"
        raise Refused(fields.at("taxes"), f"The line cannot be taxed: {problem}", hint)
    return tuple(found)


def _tax(code: str, value: Any, path: str, currency: str) -> Tax:  # noqa: ANN401 - JSON
    fields = Fields(value, path, _KEYS)
    if not code or len(code) > CODE_MAX:
        raise Refused(path, "A tax has a code", f"1 to {CODE_MAX} characters")
    kind = TaxKind(fields.choice("kind", [each.value for each in TaxKind], "percent"))
    given, other = ("amount", "rate") if kind is TaxKind.FIXED else ("rate", "amount")
    if other in fields:
        hint = f"take it out: a {kind.value} tax has {given}"
        raise Refused(fields.at(other), f"A {kind.value} tax has no {other}", hint)
    rate = Rate(0, 1) if kind is TaxKind.FIXED else _rate(fields)
    treatment = Treatment(
        fields.choice("treatment", [each.value for each in Treatment], Treatment.TAXED.value)
    )
    if treatment is not Treatment.TAXED and (rate.numerator or kind is TaxKind.FIXED):
        hint = 'write "rate": "0", or leave treatment out'
        raise Refused(fields.at("treatment"), "What is not taxed has no rate", hint)
    return Tax(
        code,
        fields.text("label", code),
        rate.numerator,
        rate.denominator,
        fields.flag("included", default=False),
        kind,
        fields.amount("amount", currency) if kind is TaxKind.FIXED else 0,
        fields.flag("affects_base", default=False),
        fields.flag("base_affected", default=True),
        treatment,
        fields.text("reason", ""),
        fields.text("entity", ""),
    )


def _rate(fields: Fields) -> Rate:
    text = fields.decimal("rate")
    with at_path(fields.at("rate")):
        rate = Rate.percent(text)
    if rate.numerator > rate.denominator:
        less = Rate(rate.numerator, rate.denominator * 100).percent_text
        hint = f'did you mean "{less}"?' if len(less) <= 6 else "0 to 100"
        raise Refused(fields.at("rate"), f"A tax of {shortened(text)} % is impossible", hint)
    return rate
