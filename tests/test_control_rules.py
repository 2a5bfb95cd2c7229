"""``[roles.ID]`` of till.toml: limits as they are written, and what cannot be."""

from __future__ import annotations

import pytest

from posframe.config import load_config
from posframe.control_rules import control_settings, roles_of
from posframe.errors import ConfigurationError
from posframe.kernel.domain.permissions import (
    ANY,
    FREELY,
    WITH_APPROVAL,
    Amount,
    Answer,
    Limit,
    Permission,
)
from tests.kernel.shop import write_settings

ALLOW, ASK, DENY = Answer.ALLOW, Answer.ASK, Answer.DENY
RING = Permission(id="acme.ring", label="Ringing", roles=(("supervisor", WITH_APPROVAL),))


@pytest.fixture
def roles(tmp_path):
    """Give the roles of a till with these lines in its till.toml."""

    def read(more, permissions=()):
        write_settings(tmp_path, more=f"\n[operators]\nsign_in = true\n{more}")
        return roles_of(load_config(tmp_path), permissions)

    return read


@pytest.fixture
def refused(roles):
    def read(more, permissions=()):
        with pytest.raises(ConfigurationError) as refusal:
            roles(more, permissions)
        assert refusal.value.hint
        return f"{refusal.value.message} | {refusal.value.hint}"

    return read


def limit(roles, text):
    found = roles(f'[roles.cashier]\nallow = {{ discount = "{text}" }}\n')
    return found.grants["cashier", "discount"].allow


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("any", ANY),
        (" any ", ANY),
        ("10 %", Limit(percent_milli=10_000)),
        ("10%", Limit(percent_milli=10_000)),
        ("7.5 %", Limit(percent_milli=7_500)),
        ("50.00", Limit(minor=5_000)),
        ("50", Limit(minor=5_000)),
        ("0", Limit(minor=0)),
        ("10 %, 50.00", Limit(minor=5_000, percent_milli=10_000)),
        ("50.00, 10 %", Limit(minor=5_000, percent_milli=10_000)),
        ("0,50", Limit(minor=50)),
    ],
)
def test_a_limit_is_any_a_percentage_an_amount_or_both(roles, text, expected):
    assert limit(roles, text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "much", "ten %", "10 % 50.00", "10 %, 20 %", "5.00, 6.00", "5.001", "%", "any, 10 %", ","],
)
def test_what_is_no_limit_is_refused_with_how_one_is_written(refused, text):
    """Two percentages, or two amounts: which one was meant cannot be told."""
    words = refused(f'[roles.cashier]\nallow = {{ discount = "{text}" }}\n')
    assert words == (
        f"roles.cashier.allow.discount: {text!r} is no limit"
        ' | write "any", "10 %" or "50.00", or both as "10 %, 50.00"'
    )


def test_a_limit_below_zero_is_refused(refused):
    for text in ("-5.00", "-1 %"):
        words = refused(f'[roles.cashier]\nask = {{ discount = "{text}" }}\n')
        assert "a limit is below zero" in words


def test_an_unknown_permission_is_refused_with_the_nearest(refused):
    words = refused('[roles.cashier]\nallow = { discuont = "any" }\n')
    assert words == (
        "roles.cashier: there is no permission 'discuont' on this till | did you mean discount?"
    )
    assert "'acme.ring'" in refused('[roles.cashier]\ndeny = ["acme.ring"]\n')


def test_a_permission_of_a_plugin_is_set_as_any_other(roles):
    found = roles('[roles.cashier]\nallow = { "acme.ring" = "any" }\n', [RING])
    assert found.grants["cashier", "acme.ring"] == FREELY
    assert found.decide("supervisor", "acme.ring").answer is ASK


def test_what_is_granted_and_denied_at_once_is_refused(refused):
    words = refused('[roles.cashier]\nallow = { learn = "any" }\ndeny = ["learn"]\n')
    assert words.startswith("roles.cashier denies learn and grants it")


def test_more_allowed_than_can_be_asked_for_is_refused(refused):
    words = refused('[roles.cashier]\nallow = { discount = "20 %" }\nask = { discount = "10 %" }\n')
    assert "more is allowed than can be asked for" in words


def test_a_role_that_is_like_no_usual_one_is_refused(refused):
    words = refused('[roles.head]\nlike = "cashire"\n')
    assert words.endswith("did you mean cashier?")


def test_a_role_begins_like_another_and_differs_where_it_says_so(roles):
    """A head cashier takes 20 % off alone, up to 40 % with an approval, and learns no codes."""
    found = roles(
        '[roles.head]\nlabel = "a head cashier"\nlike = "cashier"\n'
        'allow = { discount = "20 %" }\nask = { discount = "40 %" }\ndeny = ["learn"]\n'
    )
    percent = {10_000: ALLOW, 20_000: ALLOW, 20_001: ASK, 40_000: ASK, 40_001: DENY}
    for milli, expected in percent.items():
        amount = Amount(minor=1, percent_milli=milli)
        assert found.decide("head", "discount", amount).answer is expected
    assert found.decide("head", "learn").answer is DENY
    assert found.decide("cashier", "learn").answer is ASK
    assert found.decide("head", "sell").answer is ALLOW
    words = found.decide("head", "learn").message
    assert words == "Naming and pricing an unknown code is not for a head cashier"


def test_a_role_that_is_like_none_may_only_what_it_says(roles):
    found = roles('[roles.cleaner]\nallow = { no_sale = "any" }\n')
    may = {id_ for id_ in found.permissions if found.decide("cleaner", id_).answer is not DENY}
    assert may == {"no_sale"}


def test_without_signing_in_there_are_no_roles_and_mistakes_in_them_are_told(tmp_path):
    write_settings(tmp_path, more='\n[roles.cashier]\nallow = { discount = "any" }\n')
    assert control_settings(load_config(tmp_path)).roles is None
    write_settings(tmp_path, more='\n[roles.cashier]\nallow = { discuont = "any" }\n')
    with pytest.raises(ConfigurationError, match="no permission 'discuont'"):
        control_settings(load_config(tmp_path))
