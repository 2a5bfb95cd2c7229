"""Entries about people: who shows who they are, and what for. No trace of them holds a PIN."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.entry import EntryRules, Show, parse
from posframe.kernel.domain.entry_people import Identify, identifying

PEOPLE = {
    ".signin": Identify(purpose="sign in"),
    ".signin 17": Identify(purpose="sign in", number="17"),
    ".SignIn 17 4826": Identify(purpose="sign in", number="17", pin="4826"),
    ".deny 42 730148 not today": Identify(
        purpose="deny", number="42", pin="730148", words="not today"
    ),
    ".free 17": Identify(purpose="free", number="17"),
    ".signout": cmd.SignOut(),
    ".lock": cmd.Lock(),
    ".message The roll  is low": cmd.LeaveMessage(text="The roll is low"),
    ".message to=18 Call home": cmd.LeaveMessage(text="Call home", to="18"),
    ".messages": Show(screen="messages"),
}
APPROVING = {
    ".approve": Identify(purpose="repeat"),
    ".approve 42": Identify(purpose="approve", number="42"),
    ".Approve 42 730148 it  is right": Identify(
        purpose="approve", number="42", pin="730148", words="it is right"
    ),
}


@pytest.mark.parametrize(("text", "meant"), PEOPLE.items())
def test_an_entry_about_people_means_the_same_wherever_it_is_read(text, meant):
    for screen in ("sale", "payment"):
        assert parse(text, screen, None, EntryRules()) == meant
    if isinstance(meant, Identify) and meant.purpose != "free":
        assert identifying(text, signs_in=True) == identifying(text, signs_in=False) == meant


@pytest.mark.parametrize(("text", "meant"), APPROVING.items())
def test_an_approver_shows_who_they_are_where_operators_sign_in(text, meant):
    """Elsewhere a name is taken on trust, by the grammar of entries."""
    assert identifying(text, signs_in=True) == meant
    assert identifying(text, signs_in=False) is None


@pytest.mark.parametrize("text", [".deny", ".free", ".message", ".message to=18", " .deny "])
def test_what_lacks_something_is_told_what(text):
    with pytest.raises(RuleViolation) as refused:
        parse(text, "sale", None, EntryRules())
    assert refused.value.hint.startswith("type: .")


@given(words=st.text(max_size=30), signs_in=st.booleans())
def test_no_words_behind_a_name_are_ever_repeated(words, signs_in):
    """Whatever is typed where a PIN may stand."""
    for name in (".signin ", ".approve ", ".deny "):
        if name == ".deny " and not words.split():
            with pytest.raises(RuleViolation, match=r"^Who says no\?"):
                identifying(name + words, signs_in=signs_in)
            continue
        found = identifying(name + words, signs_in=signs_in)
        assert found is None or repr(found) == f"Identify({found.purpose})"


@pytest.mark.parametrize("text", ["4006381333931", "milk", ".void 3", "", "signin 17", ". signin"])
def test_other_entries_are_none_of_people(text):
    assert identifying(text, signs_in=True) is None
