"""Bodies of events: what goes in comes out, names and keys are for ever, nothing is lost unsaid."""

from __future__ import annotations

import enum
import random
import types
import typing
from typing import Annotated

import attrs
import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.errors import JournalCorrupt, JournalUnavailable, PluginError
from posframe.kernel.domain.events import KERNEL_EVENTS, KERNEL_NAMESPACES, event
from posframe.store.codec import BODY_MAX_BYTES, Codec, RawEvent, unpack
from tests.kernel.notes import Noted

KERNEL = Codec(KERNEL_EVENTS)
PLAIN = {
    int: st.integers(-(2**63), 2**63 - 1),
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    bool: st.booleans(),
    bytes: st.binary(max_size=8),
    type(None): st.none(),
}


def values_of(kind):
    """Return a strategy for values of a field's type, from its declaration alone."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        return values_of(arguments[0])
    if origin in {types.UnionType, typing.Union}:
        return st.one_of(*(values_of(each) for each in arguments))
    if origin is tuple:
        return tuples_of(arguments)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    return PLAIN[kind] if kind in PLAIN else instances_of(kind)


def tuples_of(arguments):
    if arguments[-1] is Ellipsis:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    return st.tuples(*(values_of(each) for each in arguments))


def instances_of(cls):
    """Return a strategy for instances of a keyed class, some fields left at their defaults."""
    hints = typing.get_type_hints(cls, include_extras=True)
    must, may = {}, {}
    for field in attrs.fields(cls):
        wanted = must if field.default is attrs.NOTHING else may
        wanted[field.name] = values_of(hints[field.name])
    return st.fixed_dictionaries(must, optional=may).map(lambda values: cls(**values))


def keyed_classes(cls, found=None):
    """Return ``cls`` and every keyed class that its fields hold."""
    found = set() if found is None else found
    if cls not in found:
        found.add(cls)
        for hint in typing.get_type_hints(cls).values():
            for part in (hint, *typing.get_args(hint)):
                if attrs.has(part):
                    keyed_classes(part, found)
    return found


def keys_of(cls):
    hints = typing.get_type_hints(cls, include_extras=True)
    return [hints[field.name].__metadata__[0] for field in attrs.fields(cls)]


@pytest.mark.parametrize("cls", KERNEL_EVENTS, ids=lambda cls: cls.event_name)
@given(data=st.data())
@settings(max_examples=25)
def test_every_kernel_event_comes_back_as_it_was(cls, data):
    made = data.draw(instances_of(cls))
    name, version, body = KERNEL.encode(made)
    assert (name, version) == (cls.event_name, cls.event_version)
    assert KERNEL.decode(name, version, body) == made


@pytest.mark.parametrize("cls", KERNEL_EVENTS, ids=lambda cls: cls.event_name)
def test_every_field_has_a_key_of_its_own_all_the_way_down(cls):
    for each in keyed_classes(cls):
        keys = keys_of(each)
        assert len(set(keys)) == len(keys), each
        assert all(type(key) is int and key > 0 for key in keys), each


def test_names_of_kernel_events_are_one_each():
    names = [cls.event_name for cls in KERNEL_EVENTS]
    assert len(set(names)) == len(names)
    assert {name.partition(".")[0] for name in names} == KERNEL_NAMESPACES


PERMANENT = {
    "till.Started": 7, "day.Opened": 1, "sale.Opened": 8, "sale.LineAdded": 1,
    "sale.LineChanged": 2, "sale.LineVoided": 2, "sale.Repriced": 4, "sale.BasketAdjusted": 1,
    "sale.AdjustmentRemoved": 1, "sale.CustomerSet": 3, "sale.AgeChecked": 1, "sale.Suspended": 2,
    "sale.Resumed": 1, "sale.Cancelled": 5, "sale.TenderApplied": 1, "sale.TenderVoided": 2,
    "sale.Completed": 25, "cash.Moved": 3, "receipt.CopyAsked": 4, "job.Queued": 1, "job.Sent": 1,
    "job.Confirmed": 2, "job.Doubted": 2, "job.Returned": 2, "job.GivenUp": 2,
    "catalogue.ItemLearned": 5, "plugin.Faulted": 5, "journal.Anchored": 4,
}  # fmt: skip
"""Names that journals hold, with the number of fields they have had: neither ever falls."""


def test_no_event_was_renamed_or_lost_a_field():
    by_name = {cls.event_name: cls for cls in KERNEL_EVENTS}
    assert by_name.keys() >= PERMANENT.keys()
    for name, count in PERMANENT.items():
        assert set(keys_of(by_name[name])) >= set(range(1, count + 1)), name


def test_what_is_at_its_default_is_not_written():
    """A body holds what is said, under numbers: a field may be renamed and nobody notices."""
    _, _, body = Codec([Noted]).encode(Noted("a"))
    assert msgpack.unpackb(body, strict_map_key=False) == {1: "a"}
    _, _, body = Codec([Noted]).encode(Noted("a", loud=True))
    assert msgpack.unpackb(body, strict_map_key=False) == {1: "a", 2: True}


# Old, unknown and damaged


@event(
    "notes.Noted",
    version=3,
    upcasts={
        1: lambda fields: {**fields, 2: "quiet"},
        2: lambda fields: {1: fields[1].upper(), 2: fields[2]},
    },
)
@attrs.frozen
class NotedLater:
    text: Annotated[str, 1]
    how: Annotated[str, 2]


def test_old_versions_are_brought_up_to_date_step_by_step():
    later = Codec([NotedLater])
    _, _, body = Codec([Noted]).encode(Noted("a"))
    assert later.decode("notes.Noted", 1, body) == NotedLater("A", "quiet")
    second = msgpack.packb({1: "b", 2: "loud"})
    assert later.decode("notes.Noted", 2, second) == NotedLater("B", "loud")
    assert later.decode("notes.Noted", 3, second) == NotedLater("b", "loud")


def test_what_no_plugin_here_knows_is_kept_raw():
    """Of a removed plugin, or of a newer one: readable, byte for byte, folded by nobody."""
    body = msgpack.packb({1: "a", 9: [1, 2]})
    codec = Codec([Noted])
    assert codec.decode("gone.Event", 1, body) == RawEvent("gone.Event", 1, body)
    assert codec.decode("notes.Noted", 2, body) == RawEvent("notes.Noted", 2, body)
    assert unpack(body) == {1: "a", 9: (1, 2)}


@pytest.mark.parametrize("name", ["sale.LineAdded", "sale.Gifted", "day.Closed"])
def test_the_kernels_own_events_are_never_passed_over(name):
    """A newer posframe wrote it: to fold the journal without it would be a wrong state."""
    with pytest.raises(JournalUnavailable, match="newer posframe"):
        KERNEL.decode(name, 99, b"\x80")


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"\x81\x01", b"\x93\x01", b"\x80", b"\xc1", b"x\x9cbroken", b"\x81\x01\x05"],
)
def test_a_body_that_cannot_be_read_is_said_to_be_damaged(body):
    with pytest.raises(JournalCorrupt, match=r"sale\.LineAdded cannot be read"):
        KERNEL.decode("sale.LineAdded", 1, body)


@given(body=st.binary(max_size=60))
def test_no_body_breaks_more_than_its_row(body):
    """Whatever bytes are there: an event, or one class of error."""
    for cls in KERNEL_EVENTS:
        try:
            KERNEL.decode(cls.event_name, 1, body)
        except JournalCorrupt:
            continue


# Size


def test_large_bodies_are_compressed_and_come_back():
    codec = Codec([Noted])
    small, large = Noted("a" * 30_000), Noted("a" * 40_000)
    assert len(codec.encode(small)[2]) > 30_000
    name, version, body = codec.encode(large)
    assert len(body) < 1_000
    assert codec.decode(name, version, body) == large


def test_no_body_is_above_a_mebibyte():
    noise = random.Random(1).randbytes(BODY_MAX_BYTES).hex()
    with pytest.raises(PluginError, match=r"notes\.Noted is larger than 1 MiB"):
        Codec([Noted]).encode(Noted(noise * 2))


# What may not be declared


def made(*fields, base=object):
    """Return an event class with ``fields``: (name, annotation, default or none)."""
    body = {"__annotations__": {name: kind for name, kind, *_ in fields}}
    body |= {name: default[0] for name, _, *default in fields if default}
    return event("odd.Event")(attrs.frozen(type("Odd", (base,), body)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([("a", int)], "Odd.a has no key"),
        ([("a", Annotated[int, "1"])], "Odd.a has no key"),
        ([("a", Annotated[int, 1]), ("b", Annotated[int, 1])], "b has the key 1 of another field"),
        ([("a", Annotated[float, 1])], "cannot be <class 'float'>"),
        ([("a", Annotated[dict[str, int], 1])], "cannot be dict"),
        ([("a", Annotated[list[int], 1])], "cannot be list"),
        ([("a", Annotated[tuple, 1])], "cannot be <class 'tuple'>"),
        ([("a", Annotated[tuple[Noted, int], 1])], "cannot be tuple"),
        ([("a", Annotated[Noted | NotedLater, 1])], "cannot be"),
        (
            [("a", Annotated[int, 1]),
             ("b", Annotated[int, 2], attrs.Factory(lambda self: self.a, takes_self=True))],
            "b has a default that depends on other fields",
        ),
    ],
)  # fmt: skip
def test_fields_that_cannot_be_kept_are_refused_at_the_start(fields, words):
    """Not at the first sale, and not by losing what they hold."""
    cls = made(*fields)
    with pytest.raises(PluginError) as refused:
        Codec([cls]).prepare([cls])
    assert words in refused.value.message
    assert refused.value.hint


def test_a_default_that_is_made_is_made_for_each():
    """``attrs.Factory``: left out when it is what would be made, made anew when it is not there."""
    cls = made(
        ("a", Annotated[tuple[int, ...], 1], attrs.Factory(lambda: (1, 2))),
        ("b", Annotated[Noted | None, 2], None),
    )
    codec = Codec([cls])
    assert codec.encode(cls())[2] == b"\x80"
    assert codec.decode("odd.Event", 1, b"\x80") == cls()
    for each in (cls((), Noted("x")), cls((3,), None)):
        assert codec.decode(*codec.encode(each)) == each


def test_only_registered_events_are_written():
    class Plain:
        pass

    with pytest.raises(PluginError, match="is not a registered event") as refused:
        KERNEL.encode(Noted("a"))
    assert "posframe_events" in refused.value.hint
    for wrong in (Plain, int, attrs.frozen(type("NoName", (), {}))):
        with pytest.raises(PluginError, match="is not an event"):
            Codec([wrong])
    with pytest.raises(PluginError, match=r"Two events are named notes\.Noted"):
        Codec([Noted, NotedLater])
    assert Codec([Noted, Noted])
