"""Plugins answer, judge and join while selling, and fail by their criticality."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import DataError, PluginError, RuleViolation
from posframe.kernel.activation import SAMPLE_EVERY, Hooks
from posframe.kernel.active import FAULTS_MAX
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.tax import Tax, TaxKind
from posframe.kernel.domain.views import FoundCoupon, FoundCustomer, FoundPrice
from posframe.kernel.hookspecs import ANSWER, COLLECT, hookimpl
from posframe.kernel.start_checks import hook_names
from tests.kernel.asking import CALLS, PEN, SALE, active, answering, plugin
from tests.kernel.driving import moment
from tests.kernel.making import VAT7, VAT19
from tests.kernel.notes import Note, Noted, NotesPlugin


def boom():
    raise ValueError("no idea")


def test_every_hook_is_tried_here_or_collected():
    told = {"posframe_committed", "posframe_receipt_sections"}
    assert set(hook_names()) == set(CALLS) | COLLECT | told
    assert set(CALLS) >= ANSWER


# Answering: the first answer wins


def test_plugins_are_asked_in_order_until_one_answers():
    asked = []

    def asking(name, answer):
        def identify(code, aim, at_us):
            asked.append(name)
            return answer

        return active(plugin(posframe_identify_item=identify), name)

    other = attrs.evolve(PEN, code="other")
    hooks = Hooks([asking("a", None), asking("b", PEN), asking("c", other)])
    assert hooks.identify_item("PEN", "", 0) is PEN
    assert asked == ["a", "b"]


def test_a_customer_belongs_to_the_plugin_that_knows_it():
    said = FoundCustomer(customer="c-1", plugin="somebody else")
    hooks = Hooks([active(answering("posframe_identify_customer", said))])
    assert hooks.identify_customer("x") == FoundCustomer(customer="c-1", plugin="acme")
    assert Hooks([]).identify_customer("x") is None


def test_without_an_answer_the_kernel_has_its_own():
    hooks = Hooks([])
    assert hooks.parse_entry("x", "sale", None) is None
    assert hooks.identify_item("x", "", 0) is None
    assert hooks.may_open_drawer("sale", None) is True
    with pytest.raises(RuleViolation, match="tax category 'odd' is unknown") as refused:
        hooks.tax_profile("odd", "", "", 0)
    assert "[tax.categories.odd]" in refused.value.hint


def test_a_drawer_is_opened_unless_somebody_says_no():
    no, yes = (
        active(answering("posframe_drawer_policy", each), str(each)) for each in (False, True)
    )
    assert Hooks([no]).may_open_drawer("sale", None) is False
    assert Hooks([yes, no]).may_open_drawer("sale", None) is True


def test_words_for_the_operator_pass_through():
    """A refusal is no fault: of an answer or of a judgement, raised or returned."""
    words = RuleViolation("Ask for the pharmacist", hint="press help")
    for hook, call in CALLS.items():
        acme = active(answering(hook, words))
        if hook in {"posframe_contribute"}:
            continue
        with pytest.raises(RuleViolation, match="pharmacist"):
            call(Hooks([acme]))
        assert acme.faults == 0
    malformed = active(answering("posframe_identify_item", DataError("Check digit is wrong")))
    with pytest.raises(DataError):
        Hooks([malformed]).identify_item("x", "", 0)


@pytest.mark.parametrize(
    "hook", ["posframe_before_line", "posframe_before_tender", "posframe_before_complete"]
)
def test_a_returned_objection_is_raised(hook):
    words = RuleViolation("No")
    judges = {
        "posframe_before_line": lambda sale, lines: words,
        "posframe_before_tender": lambda sale, tender: words,
        "posframe_before_complete": lambda sale: words,
    }
    objecting = active(plugin(**{hook: judges[hook]}), "strict")
    hooks = Hooks([active(answering(hook, None)), objecting])
    with pytest.raises(RuleViolation) as refused:
        CALLS[hook](hooks)
    assert refused.value is words
    assert objecting.faults == 0


# Failing while selling

RUBBISH = {
    "posframe_identify_item": [
        "PEN", Item(sku="PEN", name="Pen"), attrs.evolve(PEN, price_minor=1.5),
        attrs.evolve(PEN, quantity_milli="3"),
        attrs.evolve(PEN, item=attrs.evolve(PEN.item, unit_price_minor=0.99)),
        attrs.evolve(PEN, item=attrs.evolve(PEN.item, minimum_age_years=None)),
        attrs.evolve(PEN, item="PEN"),
    ],
    "posframe_identify_customer": ["c-1", FoundCustomer(customer=""), FoundCustomer(customer=5)],
    "posframe_identify_coupon": ["c-1", FoundCoupon(coupon=""), FoundCoupon(coupon=5)],
    "posframe_line_price": [
        99, FoundPrice(price_minor=0.99, price_list="a"),
        FoundPrice(price_minor=-1, price_list="a"), FoundPrice(price_minor=1, price_list=None),
        FoundPrice(price_minor=1, price_list="a", version="1"),
        FoundPrice(price_minor=1, price_per_milli=0, price_list="a"),
    ],
    "posframe_tax_profile": [
        VAT19, [VAT19], ("vat19",), (VAT19, VAT19), (attrs.evolve(VAT19, numerator=0.19),),
        (attrs.evolve(VAT19, numerator=-1),), (attrs.evolve(VAT19, denominator=0),),
        (VAT19, Tax("vat19", "other", 7)), (attrs.evolve(VAT19, code=None),),
        (attrs.evolve(VAT19, reason=None),), (attrs.evolve(VAT19, amount_minor=0.25),),
        (attrs.evolve(VAT19, amount_minor=-1),), (attrs.evolve(VAT19, included=1),),
        (attrs.evolve(VAT19, kind="percent"),), (attrs.evolve(VAT19, treatment="exempt"),),
        (VAT19, attrs.evolve(VAT7, entity="baker")),
        (attrs.evolve(VAT19, numerator=1, denominator=1, included=False, kind=TaxKind.DIVISION),),
    ],
    "posframe_drawer_policy": ["yes", 1, 0],
    "posframe_before_line": [True, "no", ValueError],
    "posframe_before_tender": ["no"],
    "posframe_before_complete": [False],
    "posframe_contribute": [5, "no", [object()], [ev.CashMoved("loan", 1)], [Noted("not mine")]],
}  # fmt: skip
FAILURES = [
    (hook, failure)
    for hook in CALLS
    for failure in (ValueError("out of ideas"), *RUBBISH.get(hook, ()))
]


def test_profiles_found_good_are_few_and_hide_no_bad_one():
    """More than are remembered, each answered twice; then one that is no profile."""
    profiles = [(attrs.evolve(VAT19, label=f"VAT {at}"),) for at in range(1_100)]
    asked = iter([*(each for each in profiles for _ in range(2)), (VAT19, VAT19)])

    def profile(category, department, fulfilment, at_us):
        return next(asked)

    acme = active(plugin(posframe_tax_profile=profile))
    hooks = Hooks([acme])
    for each in profiles:
        assert hooks.tax_profile("x", "", "", 0) is each
        assert hooks.tax_profile("x", "", "", 0) is each
    with pytest.raises(RuleViolation, match="is unknown"):
        hooks.tax_profile("x", "", "", 0)
    assert acme.faults == 1


def outcome_of(hook, hooks):
    """Return what the kernel goes on with."""
    try:
        return CALLS[hook](hooks)
    except RuleViolation as refusal:
        assert hook == "posframe_tax_profile"
        return refusal


@pytest.mark.parametrize(("hook", "failure"), FAILURES)
@pytest.mark.parametrize("criticality", ["degradable", "advisory"])
def test_the_sale_goes_on_without_what_failed(hook, failure, criticality):
    """Skipped, counted, and named for the journal; the next plugin is asked."""
    acme = active(answering(hook, failure), criticality=criticality)
    hooks = Hooks([acme])
    without = outcome_of(hook, Hooks([]))
    assert str(outcome_of(hook, hooks)) == str(without)
    (fault,) = hooks.take_faults()
    assert (fault.plugin, fault.hook) == (acme, hook)
    assert fault.message.startswith(("ValueError: out of ideas", "TypeError: "))
    assert acme.faults == 1
    assert hook in acme.last_fault
    assert hooks.take_faults() == []


@pytest.mark.parametrize(("hook", "failure"), FAILURES)
def test_a_required_plugin_that_fails_refuses_the_action(hook, failure):
    acme = active(answering(hook, failure), criticality="required")
    hooks = Hooks([acme])
    with pytest.raises(PluginError) as refused:
        CALLS[hook](hooks)
    assert refused.value.message.startswith(f"Plugin acme 2.1 failed in {hook}: ")
    assert "nothing was changed" in refused.value.hint
    assert len(hooks.take_faults()) == 1


@pytest.mark.parametrize("hook", list(CALLS))
def test_after_three_faults_a_plugin_is_set_aside(hook):
    """Until the next start: it is not asked any more, by any hook."""
    acme = active(answering(hook, ValueError("out of ideas")))
    hooks = Hooks([acme])
    for times in range(1, FAULTS_MAX + 3):
        outcome_of(hook, hooks)
        assert acme.faults == min(times, FAULTS_MAX)
        assert acme.quarantined is (times >= FAULTS_MAX)
    assert acme.calls == FAULTS_MAX


def test_a_required_plugin_is_never_set_aside():
    acme = active(answering("posframe_before_line", ValueError("x")), criticality="required")
    hooks = Hooks([acme])
    for _ in range(FAULTS_MAX + 2):
        with pytest.raises(PluginError):
            hooks.before_line(SALE, ())
    assert acme.faults == FAULTS_MAX + 2
    assert not acme.quarantined


def test_what_follows_a_commit_can_fail_without_anybody_noticing():
    """What is on disk is on disk, also for a required plugin; three times and it is set aside."""
    told = []
    broken = active(answering("posframe_committed", ValueError("x")), criticality="required")
    objecting = active(answering("posframe_committed", RuleViolation("too late")), "late")
    listening = active(plugin(posframe_committed=lambda recorded: told.append(recorded)), "ok")
    hooks = Hooks([broken, objecting, listening])
    for _ in range(5):
        hooks.committed((1, 2))
    assert told == [(1, 2)] * 5
    assert (broken.faults, objecting.faults) == (5, FAULTS_MAX)


def test_a_receipt_is_printed_without_the_section_that_failed():
    broken = active(answering("posframe_receipt_sections", ValueError("x")), criticality="required")
    nothing = active(answering("posframe_receipt_sections", None), "none")
    good = active(answering("posframe_receipt_sections", ["section"]), "good")
    hooks = Hooks([broken, nothing, good])
    assert hooks.sections(None) == ["section"]
    assert broken.faults == 1
    noisy = active(answering("posframe_receipt_sections", ValueError("x")))
    hooks = Hooks([noisy])
    for _ in range(5):
        hooks.sections(None)
    assert noisy.faults == FAULTS_MAX


# Joining


def test_only_a_plugins_own_events_join_an_action():
    """All of them or none: half a contribution would be half a truth."""
    notes = NotesPlugin()
    good = type("Good", (NotesPlugin,), {
        "posframe_contribute": hookimpl(lambda self, sale, events: [Noted("a"), Noted("b")])
    })()  # fmt: skip
    mixed = type("Mixed", (NotesPlugin,), {
        "posframe_contribute": hookimpl(
            lambda self, sale, events: [Noted("a"), ev.CashMoved("loan", 1)]
        )
    })()  # fmt: skip
    hooks = Hooks([active(notes, "plain"), active(good, "good"), active(mixed, "mixed")])
    assert hooks.contribute(SALE, ()) == (Noted("a"), Noted("b"))
    (fault,) = hooks.take_faults()
    assert fault.plugin.name == "mixed"
    assert "not among its posframe_events" in fault.message


def test_an_event_the_journal_cannot_keep_is_the_plugins_fault():
    """A value of the wrong type in it would otherwise refuse every sale."""
    odd = type("Odd", (NotesPlugin,), {
        "posframe_contribute": hookimpl(lambda self, sale, events: [Noted(object())])
    })()  # fmt: skip
    acme = active(odd)
    hooks = Hooks([acme])

    def encode(event):
        raise TypeError("cannot be kept")

    hooks.encode = encode
    assert hooks.contribute(SALE, ()) == ()
    assert "cannot be kept" in acme.last_fault


# Commands


def test_a_plugins_command_is_decided_by_the_plugin_that_brought_it():
    hooks = Hooks([active(NotesPlugin())])
    assert hooks.decide(Note("a", times=2), None, moment()) == ("Noted", (Noted("a"), Noted("a")))


@pytest.mark.parametrize(
    ("comes_to", "words"),
    [
        (lambda *_: 5, "TypeError"),
        (lambda *_: ("words", [ev.CashMoved("loan", 1)]), "not among its posframe_events"),
        (lambda *_: boom(), "ValueError: no idea"),
    ],
)
def test_a_command_that_goes_wrong_is_refused_by_name(comes_to, words):
    """Whatever the criticality: who asked has to be told that nothing was done."""
    acme = active(type("Odd", (NotesPlugin,), {"note": staticmethod(comes_to)})())
    hooks = Hooks([acme])
    with pytest.raises(PluginError) as refused:
        hooks.decide(Note("a"), None, moment())
    assert "Plugin acme 2.1 failed in posframe_commands" in refused.value.message
    assert words in refused.value.message
    assert acme.faults == 1


def test_a_command_of_no_plugin_is_refused():
    with pytest.raises(PluginError, match="No plugin of this till knows Note"):
        Hooks([]).decide(Note("a"), None, moment())


def test_a_commands_own_refusal_is_no_fault():
    def refuse(*_):
        raise RuleViolation("Not today")

    acme = active(type("Odd", (NotesPlugin,), {"note": staticmethod(refuse)})())
    with pytest.raises(RuleViolation, match="Not today"):
        Hooks([acme]).decide(Note("a"), None, moment())
    assert acme.faults == 0


# Measuring


def test_one_call_in_so_many_is_timed():
    acme = active(answering("posframe_identify_customer", None))
    hooks = Hooks([acme])
    for _ in range(SAMPLE_EVERY * 3):
        hooks.identify_customer("x")
    assert (acme.calls, acme.sampled) == (SAMPLE_EVERY * 3, 3)
    assert acme.sampled_ns > 0
