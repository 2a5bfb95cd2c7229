"""Persistent collections behave as list and dict do, and no old version ever changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.vector import PersistentMap, Vector

WIDTHS = [0, 1, 31, 32, 33, 63, 64, 65, 100]
"""Around the edges of its chunks of 32."""
sizes = st.sampled_from(WIDTHS)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.just(0), st.integers()),
        st.tuples(st.just("replace"), st.integers(0, 10**6), st.integers()),
    ),
    max_size=40,
)
keys = st.one_of(st.integers(0, 300), st.text(max_size=3))


def edited(vector, plain, kind, at, item):
    """Return vector and list after one edit."""
    if kind == "append":
        return vector.append(item), [*plain, item]
    if not plain:
        return vector, plain
    at %= len(plain)
    return vector.replace(at, item), [*plain[:at], item, *plain[at + 1 :]]


@given(size=sizes, todo=edits)
def test_a_vector_is_a_list(size, todo):
    """After any edits it holds, counts, yields and indexes what a list does."""
    vector, plain = Vector(range(size)), list(range(size))
    for edit in todo:
        vector, plain = edited(vector, plain, *edit)
    assert list(vector) == plain
    assert len(vector) == len(plain)
    assert [vector[at] for at in range(-len(plain), len(plain))] == plain + plain


@given(size=sizes, todo=edits)
def test_old_versions_of_a_vector_stay(size, todo):
    """Every version made on the way is what it was when all edits are done."""
    vector, plain = Vector(range(size)), list(range(size))
    versions = [(vector, list(plain))]
    for edit in todo:
        vector, plain = edited(vector, plain, *edit)
        versions.append((vector, list(plain)))
    for kept, expected in versions:
        assert list(kept) == expected


@given(size=sizes, todo=edits)
def test_equal_content_is_equal_however_it_came_about(size, todo):
    """Appended one by one, replaced or made at once: equal, with one hash."""
    vector, plain = Vector(range(size)), list(range(size))
    for edit in todo:
        vector, plain = edited(vector, plain, *edit)
    at_once = Vector(plain)
    assert vector == at_once
    assert hash(vector) == hash(at_once)
    assert vector != Vector([*plain, 0])
    assert vector != plain


@pytest.mark.parametrize("size", WIDTHS)
def test_outside_of_a_vector_there_is_nothing(size):
    """One before the first and one behind the last are refused, not wrapped around."""
    vector = Vector(range(size))
    for at in (size, size + 1, size + 32, -size - 1, -size - 33):
        with pytest.raises(IndexError):
            vector[at]
    for at in (size, size + 32, -1):
        with pytest.raises(AssertionError, match="only what is there"):
            vector.replace(at, 0)


@given(size=sizes, todo=edits)
def test_changes_since_name_every_changed_element_with_its_old_one(size, todo):
    """Nothing that changed is passed over, and every old element is the one at that place."""
    old = Vector(range(size))
    new, plain = old, list(range(size))
    for edit in todo:
        new, plain = edited(new, plain, *edit)
    told = list(new.changes_since(old))
    before = dict(enumerate(range(size)))
    changed = [
        (item, before.get(at)) for at, item in enumerate(plain) if before.get(at, ...) != item
    ]
    told_left = list(told)
    for pair in changed:
        assert pair in told_left, f"{pair} changed and was not told"
        told_left.remove(pair)
    assert all(pair in [(item, before.get(at)) for at, item in enumerate(plain)] for pair in told)


def test_changes_since_pass_over_what_both_share():
    """One line more in ten thousand tells at most the last chunk."""
    old = Vector(range(10_000))
    assert len(list(old.append(1).changes_since(old))) <= 32
    assert len(list(old.replace(5, -1).changes_since(old))) <= 32
    assert list(old.changes_since(old)) == []


def test_a_vector_shows_what_it_holds():
    assert repr(Vector([1, 2])) == "Vector([1, 2])"


@given(todo=st.lists(st.tuples(keys, st.integers()), max_size=60))
def test_a_map_is_a_dictionary(todo):
    """After any settings it gives what a dictionary gives, and None for what is not there."""
    mapping, plain = PersistentMap(), {}
    for key, value in todo:
        mapping = mapping.set(key, value)
        plain[key] = value
    assert mapping.items() == plain
    assert all(mapping.get(key) == value for key, value in plain.items())
    assert mapping.get("nobody set this") is None


@given(todo=st.lists(st.tuples(keys, st.integers()), max_size=30))
def test_old_versions_of_a_map_stay(todo):
    """Setting a key changes no map that was there before."""
    versions = [(PersistentMap(), {})]
    for key, value in todo:
        mapping, plain = versions[-1]
        versions.append((mapping.set(key, value), {**plain, key: value}))
    assert all(mapping.items() == plain for mapping, plain in versions)


@given(items=st.dictionaries(keys, st.integers(), max_size=30))
def test_maps_of_equal_content_are_equal_in_whatever_order_set(items):
    """Equality and hash are by content."""
    forward, backward = PersistentMap(), PersistentMap()
    for key, value in items.items():
        forward = forward.set(key, value)
    for key, value in reversed(items.items()):
        backward = backward.set(key, value)
    assert forward == backward
    assert hash(forward) == hash(backward)
    assert forward.set("another", 1) != forward
    assert forward != items


def test_a_map_shows_what_it_holds():
    assert repr(PersistentMap().set("a", 1)) == "PersistentMap({'a': 1})"
