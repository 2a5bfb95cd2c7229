"""Named patterns: what is usual is free, what is more has points, and every row is named."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.exceptions.finding import find, signs
from posframe.exceptions.noting import noted
from posframe.exceptions.rule_table import RULES
from posframe.exceptions.rules import (
    ExceptionSettings,
    RuleSetting,
    hits,
    rules_in_force,
)
from posframe.exceptions.scoring import scores
from posframe.exceptions.signs import SignKind
from posframe.kernel.domain import events as ev
from posframe.settings_reader import read_table
from tests.exceptions.telling import (
    S,
    Tale,
    as_by,
    completed,
    goods,
    kick,
    opened,
    shift,
    tender,
    told,
)
from tests.exceptions.test_signs import TOLD

NO_SALE = ev.CashMoved("no_sale", 0)
BY_ID = {rule.id: rule for rule in RULES}


def found(tale, id_, **changed):
    """Return (operator, rows, counted, points) of what one rule finds."""
    rule = attrs.evolve(BY_ID[id_], **changed)
    return [
        (hit.operator, hit.rows, hit.counted, hit.points)
        for hit in hits(rule, signs(noted(tale.rows)))
    ]


def test_every_rule_has_a_name_of_its_own_words_and_a_weight():
    assert len(BY_ID) == len(RULES) == len({rule.words for rule in RULES})
    for rule in RULES:
        assert rule.kinds, rule.id
        assert rule.weight > 0, rule.id
        assert rule.words[0].isupper(), rule.id
        assert not rule.words.endswith("."), rule.id


def test_every_kind_of_sign_is_looked_at_but_those_that_are_kept_for_reading_only():
    looked_at = {kind for rule in RULES for kind in rule.kinds}
    assert set(SignKind) - looked_at == {SignKind.APPROVAL_ASKED, SignKind.APPROVAL_TAKEN}


def test_what_is_usual_on_a_day_is_free_and_begins_anew_with_the_next():
    """Two no-sales a day are free: of three and two, one counts, at 5 points."""
    tale = Tale()
    for date in ("2026-01-01", "2026-01-02"):
        tale.date = date
        tale.act(NO_SALE).act(NO_SALE)
    assert found(tale, "no_sales") == []
    tale.act(NO_SALE)
    assert found(tale, "no_sales") == [("1", (3, 4, 5), 1, 5)]


def test_what_is_usual_is_so_for_each_operator():
    tale = Tale().act(NO_SALE, actor="2").act(NO_SALE, actor="1").act(NO_SALE, actor="2")
    assert found(tale, "no_sales", free=1) == [("2", (1, 3), 1, 5)]


def void_then(after_us, actor="1", opening=NO_SALE):
    tale = Tale().act(opened("a"), ev.LineAdded(goods(1, 100)), transaction="a")
    tale.act(ev.LineVoided(1), transaction="a")  # row 3
    return tale.act(opening, actor=actor, after_us=after_us)  # row 4


@pytest.mark.parametrize(
    ("tale", "expected"),
    [
        (void_then(60 * S), [("1", (3, 4), 1, 25)]),
        (void_then(60 * S + 1), []),
        (void_then(-9 * S), [("1", (3, 4), 1, 25)]),
        (void_then(S, actor="2"), []),
        (void_then(S, opening=kick()), [("1", (3, 4), 1, 25)]),
        (Tale().act(NO_SALE).act(ev.LineVoided(1), transaction="a"), []),
    ],
    ids=["in time", "too late", "clock put back", "somebody else", "lone kick", "before it"],
)
def test_a_drawer_opened_within_sixty_seconds_of_a_void_is_told_with_both_rows(tale, expected):
    assert found(tale, "no_sale_after_void") == expected


def refund(*of, kind="sale"):
    return completed("r", -5, kind=kind, tenders=(tender(-5),), refers_to=of)


@pytest.mark.parametrize(
    ("tale", "expected"),
    [
        (Tale().act(ev.CopyAsked("a", 7, 1)).act(refund("b", "a"), actor="2", after_us=9_999 * S),
         [("2", (1, 2), 1, 20)]),
        (Tale().act(ev.CopyAsked("a", 7, 1)).act(refund("a", kind="void")),
         [("1", (1, 2), 1, 20)]),
        (Tale().act(ev.CopyAsked("a", 7, 1)).act(refund("b")), []),
        (Tale().act(refund("a")).act(ev.CopyAsked("a", 7, 1)), []),
        (Tale().act(ev.CopyAsked("a", 7, 1)).act(ev.CopyAsked("b", 8, 1)).act(refund("b", "a")),
         [("1", (2, 3), 1, 20)]),
    ],
    ids=["returned by another", "undone", "other goods", "copied later", "two copies"],
)  # fmt: skip
def test_a_receipt_copied_and_then_returned_is_told_of_who_gave_the_money(tale, expected):
    assert found(tale, "copy_then_refund") == expected


def test_money_back_to_a_gift_card_is_told_and_to_where_it_came_from_is_not():
    tale = Tale().act(refund("a"))
    assert found(tale, "refund_to_card") == []
    tale.act(completed("g", -5, tenders=(tender(-5, "gift_card"),)))
    assert found(tale, "refund_to_card") == [("1", (2,), 1, 10)]


def test_one_member_in_a_fourth_sale_of_one_operator_on_a_day_is_told():
    tale = Tale()
    for at in range(3):
        tale.act(completed(f"a{at}", customer="c-1")).act(completed(f"b{at}", customer="c-2"))
    tale.act(completed("d", customer="c-1"), actor="2")
    assert found(tale, "same_member") == []
    tale.act(completed("e", customer="c-1"))
    assert found(tale, "same_member") == [("1", (1, 3, 5, 8), 1, 10)]


def test_smaller_amounts_than_a_shop_cares_for_are_left_out():
    tale = Tale().act(ev.CashMoved("paid_out", -999)).act(ev.CashMoved("paid_out", -1_000))
    assert found(tale, "paid_out", free=0, least_minor=1_000) == [("1", (2,), 1, 3)]


def test_a_shop_sets_what_is_free_what_it_weighs_and_switches_rules_off():
    settings = ExceptionSettings(
        rules={
            "no_sales": RuleSetting(free=0, weight=7, least_minor=0, within_s=5, tags=("x",)),
            "copies": RuleSetting(weight=0),
        }
    )
    rules = {rule.id: rule for rule in rules_in_force(settings)}
    assert "copies" not in rules
    tuned = rules.pop("no_sales")
    assert (tuned.free, tuned.weight, tuned.within_s, tuned.tags) == (0, 7, 5, ("x",))
    assert all(rules[id_] == BY_ID[id_] for id_ in rules)
    assert rules_in_force(ExceptionSettings()) == RULES


def test_settings_are_read_from_a_table_of_till_toml():
    table = {"aggregated": True, "rules": {"copies": {"free": 9, "tags": ["a"]}}}
    assert read_table(ExceptionSettings, table) == ExceptionSettings(
        aggregated=True, rules={"copies": RuleSetting(free=9, tags=("a",))}
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rules": {"no_sale": RuleSetting()}}, "rule 'no_sale' (did you mean no_sales?"),
        ({"rules": {"zzz": RuleSetting()}}, "rule 'zzz' (there are: void_after_total, "),
        ({"rules": {"copies": RuleSetting(free=-1)}}, "exceptions.rules.copies.free cannot be -1"),
        ({"rules": {"copies": RuleSetting(within_s=-1)}}, "within_s cannot be -1 (0 or more)"),
        ({"operators_min": 1}, "operators_min must be 2 or more (a total of one person"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_name(settings, words):
    with pytest.raises(ConfigurationError) as refused:
        rules_in_force(ExceptionSettings(**settings))
    assert words in str(refused.value)


# Scores.


def no_sales(*counts, sales=()):
    """A journal in which operator 1, 2, … opened the drawer so often, and sold so often."""
    tale = Tale()
    for operator, count in enumerate(counts, start=1):
        for _ in range(count):
            tale.act(NO_SALE, actor=str(operator))
        for at in range(sales[operator - 1] if sales else 0):
            tale.act(completed(f"{operator}-{at}", 200), actor=str(operator))
    return noted(tale.rows)


def test_a_score_is_its_parts_and_names_every_row():
    """By hand: 4 no-sales, 2 free, 5 points each: 10; two copies are as usual."""
    tale = Tale()
    for _ in range(4):
        tale.act(NO_SALE)
    tale.act(ev.CopyAsked("a", 7, 1)).act(completed("a", 500))
    result = scores(find(noted(tale.rows)), ExceptionSettings())
    (score,) = result.operators
    assert (score.operator, score.points, score.sales, score.gross_minor) == ("1", 10, 1, 500)
    (part,) = score.parts
    assert (part.rule, part.counted, part.points, part.minor) == ("no_sales", 2, 10, 0)
    assert (part.rows, part.days) == ((1, 2, 3, 4), ("2026-01-01",))
    assert (result.people, result.sales, result.points) == (1, 1, 10)
    assert score.times_milli is None


def test_an_operator_is_compared_with_the_shop_by_points_for_each_sale():
    """By hand: 15 and 5 points, of 10 and 30 sales: 1.5 and 1/6 a sale; the shop's is 0.5."""
    two = ExceptionSettings(operators_min=2)
    first, second = scores(find(no_sales(5, 3, sales=(10, 30))), two).operators
    assert (first.points, second.points) == (15, 5)
    assert (first.times_milli, second.times_milli) == (3_000, 333)


@pytest.mark.parametrize(
    ("kept", "least"),
    [
        (no_sales(5, 3, sales=(10, 30)), 3),
        (no_sales(5, 3), 2),
        (no_sales(1, 1, sales=(1, 1)), 2),
    ],
    ids=["too few people", "no sales", "no points"],
)
def test_where_nothing_can_be_compared_nobody_is(kept, least):
    result = scores(find(kept), ExceptionSettings(operators_min=least))
    assert [each.times_milli for each in result.operators] == [None, None]


def test_who_sold_nothing_is_not_compared_in_a_shop_that_sold():
    """By hand: 15 and 5 points, of no and 5 sales: 1 a sale, where the shop has 4: a quarter."""
    result = scores(find(no_sales(5, 3, sales=(0, 5))), ExceptionSettings(operators_min=2))
    assert [each.times_milli for each in result.operators] == [None, 250]


def test_what_happened_with_nobody_signed_in_has_a_score_that_is_compared_with_nobody():
    tale = Tale().act(kick(), actor="").act(completed("a"), actor="").act(completed("b"))
    kept = find(noted(tale.act(NO_SALE, actor="2").rows))
    result = scores(kept, ExceptionSettings(operators_min=2))
    assert [(each.operator, each.points) for each in result.operators] == [
        ("", 15), ("1", 0), ("2", 0),
    ]  # fmt: skip
    assert result.people == 2
    assert result.operators[0].times_milli is None


@given(TOLD)
def test_points_of_plain_rules_are_those_of_an_independent_count(tale):
    """Days are one here, so each kind counts once an operator, beyond what is free."""
    rows, expected = tale
    plain = [rule for rule in RULES if not rule.after and not rule.tags and not rule.per_tag]
    scored = scores(find(noted(rows)), ExceptionSettings())
    result = {each.operator: each for each in scored.operators}
    for operator in {operator for operator, _, _ in expected}:
        parts = {part.rule: part.points for part in result[operator].parts} if (
            operator in result) else {}  # fmt: skip
        for rule in plain:
            more = -rule.free + sum(
                who == operator and kind in rule.kinds and abs(minor) >= rule.least_minor
                for who, kind, minor in expected
            )
            assert parts.get(rule.id, 0) == max(0, more) * rule.weight, rule.id


@given(TOLD)
def test_points_of_parts_operators_and_shop_agree(tale):
    result = scores(find(noted(tale[0])), ExceptionSettings())
    for score in result.operators:
        assert score.points == sum(part.points for part in score.parts)
        assert all(part.rows and part.counted > 0 for part in score.parts)
    assert result.points == sum(score.points for score in result.operators)
    assert result.sales == sum(score.sales for score in result.operators)
    names = [score.operator for score in result.operators]
    assert names == sorted(set(names))


@given(TOLD, st.sampled_from([rule.id for rule in RULES]), st.integers(0, 3))
def test_a_higher_threshold_never_gives_more_points(tale, id_, more):
    seen = signs(noted(tale[0]))
    rule = BY_ID[id_]
    higher = attrs.evolve(rule, free=rule.free + more)
    points = [sum(hit.points for hit in hits(each, seen)) for each in (rule, higher)]
    assert points[1] <= points[0]


def test_a_day_of_nothing_has_no_scores():
    result = scores(find(noted(told([])[0])), ExceptionSettings())
    assert (result.operators, result.points) == ((), 0)


def shifts(*minors):
    """One shift a day of operator 1, over and short by these amounts."""
    tale = Tale()
    for at, minor in enumerate(minors):
        tale.date = f"2026-01-{at + 1:02}"
        for action in shift(f"s{at}", minor):
            tale.act(*(as_by(event, "1") for event, _ in action), actor="1")
    return tale


@pytest.mark.parametrize(
    ("minors", "points"),
    [((-500, -500), 0), ((-500, -500, -500), 10), ((-500, 500, -500, -99), 0),
     ((-500, -99, -500, -99, -500, -500), 20)],
)  # fmt: skip
def test_short_again_counts_over_all_days_of_the_report(minors, points):
    """Two are free; 99 are below the least amount."""
    assert sum(hit[3] for hit in found(shifts(*minors), "short_again")) == points


@pytest.mark.parametrize(
    ("minors", "points"),
    [((-500, -500, -500), 0), ((-500, 500), 0), ((-500, 500, -500), 5),
     ((500, -500, 500, -500), 10), ((-500, 99, -500, 99, -500), 0)],
)  # fmt: skip
def test_short_after_over_is_of_turns_and_the_first_is_free(minors, points):
    assert sum(hit[3] for hit in found(shifts(*minors), "short_after_over")) == points


def test_a_rule_over_the_report_names_every_day_it_saw():
    scored = scores(find(noted(shifts(-500, 0, -500, -500).rows)), ExceptionSettings())
    (one,) = (each for each in scored.operators if each.operator == "1")
    (part,) = (each for each in one.parts if each.rule == "short_again")
    assert part.days == ("2026-01-01", "2026-01-03", "2026-01-04")


def test_what_was_before_the_report_has_no_points():
    tale = Tale()
    for date in ("2026-01-01", "2026-01-02"):
        tale.date = date
        for _ in range(3):
            tale.act(NO_SALE)
    kept = find(noted(tale.rows), "2026-01-02")
    (one,) = scores(kept, ExceptionSettings()).operators
    assert [(part.rule, part.points, part.days) for part in one.parts] == [
        ("no_sales", 5, ("2026-01-02",))
    ]
