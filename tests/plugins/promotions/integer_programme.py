"""The optimum as an integer programme for HiGHS: an oracle where brute force cannot go.

It knows every kind but an amount off a deal that can exceed what the deal costs, and of the
cheapest of n only one discounted unit. Nothing here is shared with the solver but the offers'
fields.
"""

from __future__ import annotations

import highspy


def optimum_minor(units, offers, time_limit_s=20.0):
    """Return the largest saving on ``units`` ((sku, price): count), and whether it was proven."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)  # noqa: FBT003 - its interface
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)
    model.setOptionValue("time_limit", time_limit_s)
    model.setOptionValue("threads", 1)
    ordered = sorted(units.items(), key=lambda unit: (-unit[0][1], unit[0][0]))
    taken = {key: [] for key in units}
    terms = []
    for offer in offers:
        _KINDS[type(offer).__name__](model, offer, ordered, taken, terms)
    for key, count in units.items():
        if taken[key]:
            model.addConstr(sum(taken[key][1:], taken[key][0]) <= count)
    if not terms:
        return 0, True
    model.maximize(sum(terms[1:], terms[0]))
    proven = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return round(model.getInfo().objective_function_value), proven


def _whole(model, most):
    return model.addVariable(lb=0, ub=most, type=highspy.HighsVarType.kInteger)


def _takes(skus, key):
    return skus is None or key[0] in skus


def _deals(model, offer):
    return _whole(model, highspy.kHighsInf if offer.max_uses is None else offer.max_uses)


def _pattern(model, offer, ordered, taken, terms):
    joint = offer.price_minor is not None or offer.amount_minor is not None
    deals = _deals(model, offer)
    for group in offer.groups:
        seats = []
        for key, count in ordered:
            if not _takes(group.skus, key) or (joint and key[1] < offer.floor_minor):
                continue
            seat = _whole(model, count)
            seats.append(seat)
            taken[key].append(seat)
            each = key[1] if offer.price_minor is not None else 0
            if not joint:
                each = _percent(offer, key[1], group.percent_milli)
            if each:
                terms.append(seat * each)
        _equal(model, seats, deals * group.count)
    if offer.price_minor is not None:
        size = sum(group.count for group in offer.groups)
        terms.append(deals * -max(offer.price_minor, size * offer.floor_minor))
    elif offer.amount_minor is not None:
        terms.append(deals * offer.amount_minor)


def _unit(model, offer, ordered, taken, terms):
    deals, seats = _deals(model, offer), []
    for key, count in ordered:
        if _takes(offer.skus, key):
            seat = _whole(model, count)
            seats.append(seat)
            taken[key].append(seat)
            terms.append(seat * _each(offer, key[1]))
    _equal(model, seats, deals)


def _cheapest(model, offer, ordered, taken, terms):
    """A discounted unit has n - 1 that are no cheaper: as many, in every prefix by price."""
    assert offer.discounted == 1
    deals, paying, saving = _deals(model, offer), [], []
    for key, count in ordered:
        if _takes(offer.skus, key):
            paying.append(_whole(model, count))
            saving.append(_whole(model, count))
            taken[key] += [paying[-1], saving[-1]]
            terms.append(saving[-1] * _percent(offer, key[1], offer.percent_milli))
            model.addConstr(
                sum(paying[1:], paying[0]) - sum(saving[1:], saving[0]) * (offer.n - 1) >= 0
            )
    _equal(model, saving, deals)
    _equal(model, paying, deals * (offer.n - 1))


def _at_least(model, offer, ordered, taken, terms):
    used, seats = _whole(model, 1), []
    for key, count in ordered:
        if _takes(offer.skus, key):
            seat = _whole(model, count)
            seats.append(seat)
            taken[key].append(seat)
            terms.append(seat * _each(offer, key[1]))
            model.addConstr(seat - used * count <= 0)
    if seats:
        model.addConstr(sum(seats[1:], seats[0]) - used * offer.n >= 0)


def _equal(model, seats, deals):
    if seats:
        model.addConstr(sum(seats[1:], seats[0]) - deals == 0)
    else:
        model.addConstr(deals * 1 == 0)


def _each(offer, price):
    if offer.percent_milli is not None:
        return _percent(offer, price, offer.percent_milli)
    if getattr(offer, "amount_minor", None) is not None:
        return max(0, min(offer.amount_minor, price - offer.floor_minor))
    return max(0, price - max(offer.price_minor, offer.floor_minor))


def _percent(offer, price, percent_milli):
    whole, rest = divmod(price * percent_milli, 100_000)
    return max(0, min(whole + (rest >= 50_000), price - offer.floor_minor))


_KINDS = {
    "PatternOffer": _pattern,
    "UnitOffer": _unit,
    "CheapestOffer": _cheapest,
    "AtLeastOffer": _at_least,
}
