"""Bodies of events as msgpack maps with integer keys, by functions generated from attrs fields.

Fields declare their keys (``Annotated[int, 3]``); those at their default are left out. Generating
encoders costs a tenth of a general converter at start, and they run at the speed of hand-written
ones. Large bodies are compressed.
"""

from __future__ import annotations

import enum
import types
import typing
import zlib
from typing import TYPE_CHECKING, Any

import attrs
import msgpack

from posframe.errors import JournalCorrupt, JournalUnavailable, PluginError
from posframe.kernel.domain.events import KERNEL_NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BODY_MAX_BYTES = 1 << 20
_COMPRESS_FROM_BYTES = 32 << 10
_ZLIB_MARK = 0x78  # as msgpack this would be the number 120, never the start of a map
_PLAIN = (int, str, bool, bytes, type(None))


@attrs.frozen
class RawEvent:
    """An event whose plugin is not installed: readable, kept, folded by nobody."""

    name: str
    version: int
    body: bytes


class Codec:
    """Encodes and decodes the events of the kernel and of the plugins a till names."""

    def __init__(self, event_classes: Iterable[type]) -> None:
        self._classes: dict[str, Any] = {}
        self._pairs: dict[type, tuple[Callable[[Any], dict[int, Any]], Callable[[Any], Any]]] = {}
        for cls in event_classes:
            self._register(cls)

    def encode(self, event: Any) -> tuple[str, int, bytes]:  # noqa: ANN401 - any event class
        """Return name, version and body of ``event``.

        Raises:
            PluginError: its class was not registered, or the body is above 1 MiB.
        """
        cls = type(event)
        if getattr(cls, "event_name", None) not in self._classes:
            raise PluginError(
                f"{cls.__module__}.{cls.__name__} is not a registered event",
                hint="return it from posframe_events",
            )
        body: bytes = msgpack.packb(self._pair(cls)[0](event))
        if len(body) > _COMPRESS_FROM_BYTES:
            body = zlib.compress(body, 6)
        if len(body) > BODY_MAX_BYTES:
            raise PluginError(f"An event {cls.event_name} is larger than 1 MiB")
        return cls.event_name, cls.event_version, body

    def decode(self, name: str, version: int, body: bytes) -> Any:  # noqa: ANN401 - any event class
        """Return the event, upcast from an old version; ``RawEvent`` for an unknown name.

        Raises:
            JournalCorrupt: the body cannot be read.
            JournalUnavailable: the kernel's own event is newer than this kernel, which must not
                fold the journal without it.
        """
        cls = self._classes.get(name)
        if cls is None or version > cls.event_version:
            if name.partition(".")[0] in KERNEL_NAMESPACES:
                raise JournalUnavailable(
                    f"{name} version {version} was written by a newer posframe",
                    hint="start this till with that one",
                )
            return RawEvent(name, version, body)
        try:
            fields = unpack(body)
            while version < cls.event_version:
                fields = cls.event_upcasts[version](fields)
                version += 1
            return self._pair(cls)[1](fields)
        except Exception as error:
            raise JournalCorrupt(f"The body of an event {name} cannot be read: {error}") from error

    def prepare(self, event_classes: Iterable[type]) -> None:
        """Make the functions of event classes now, so that what is wrong with one shows at start.

        Raises:
            PluginError: a field has no key, another's key, or a type that cannot be kept.
        """
        for cls in event_classes:
            self._pair(cls)

    def encode_value(self, value: Any) -> bytes:  # noqa: ANN401 - any keyed attrs class
        """Return any keyed value, such as a checkpoint, as bytes."""
        return bytes(msgpack.packb(self._pair(type(value))[0](value)))

    def decode_value(self, cls: type, body: bytes) -> Any:  # noqa: ANN401 - an instance of cls
        """Return a keyed value from bytes."""
        return self._pair(cls)[1](unpack(body))

    def _register(self, cls: Any) -> None:  # noqa: ANN401 - any event class
        name = getattr(cls, "event_name", None)
        if name is None or not attrs.has(cls):
            raise PluginError(f"{cls!r} is not an event", hint="mark an attrs class with @event")
        known = self._classes.setdefault(name, cls)
        if known is not cls:
            raise PluginError(f"Two events are named {name}: {known!r} and {cls!r}")

    def _pair(self, cls: type) -> tuple[Callable[[Any], dict[int, Any]], Callable[[Any], Any]]:
        pair = self._pairs.get(cls)
        if pair is None:
            pair = self._pairs[cls] = _generate(cls, self._pair)
        return pair


def unpack(body: bytes) -> Any:  # noqa: ANN401 - msgpack carries what was packed
    """Return the map a body holds."""
    if body and body[0] == _ZLIB_MARK:
        body = zlib.decompress(body)
    return msgpack.unpackb(body, use_list=False, strict_map_key=False)


class _Writer:
    """Collects the source of one class's encoder and decoder with the names they use."""

    def __init__(self, cls: Any, pair_of: Callable[[type], Any]) -> None:  # noqa: ANN401
        self.pair_of = pair_of
        self.names: dict[str, Any] = {"cls": cls}
        self.always: list[str] = []
        self.sometimes: list[str] = []
        self.arguments: list[str] = []
        self.keys: set[int] = set()
        hints = typing.get_type_hints(cls, include_extras=True)
        for field in attrs.fields(cls):
            self._field(field, hints[field.name])

    def _field(self, field: Any, hint: Any) -> None:  # noqa: ANN401 - attrs.Attribute
        key, kind = _key_and_type(self.names["cls"], field.name, hint)
        if key in self.keys:
            raise self._problem(field.name, f"has the key {key} of another field")
        self.keys.add(key)
        write, read = self._expressions(kind, f"o.{field.name}"), self._reader(kind)
        if field.default is attrs.NOTHING:
            self.always.append(f"{key}: {write}")
            self.arguments.append(f"{field.name}={read.format(f'd[{key}]')}")
            return
        default = self._default(field)
        self.sometimes.append(f"    if o.{field.name} != {default}: d[{key}] = {write}")
        present = read.format(f"d[{key}]")
        self.arguments.append(f"{field.name}={present} if {key} in d else {default}")

    def _expressions(self, kind: Any, value: str) -> str:  # noqa: ANN401 - a type
        """Return the source that encodes ``value``."""
        if _is_plain(kind):
            return value
        inner = _optional(kind)
        if inner is not None:
            return f"(None if {value} is None else {self._expressions(inner, value)})"
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return f"{value}.value"
        if attrs.has(kind):
            return f"{self._name(_Late(self.pair_of, kind, 0))}({value})"
        return f"[{self._expressions(self._element(kind), 'i')} for i in {value}]"

    def _reader(self, kind: Any) -> str:  # noqa: ANN401 - a type
        """Return the source that decodes ``{0}``."""
        if _is_plain(kind):
            return "{0}"
        inner = _optional(kind)
        if inner is not None:
            return f"(None if {{0}} is None else {self._reader(inner)})"
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return f"{self._name(kind)}({{0}})"
        if attrs.has(kind):
            return f"{self._name(_Late(self.pair_of, kind, 1))}({{0}})"
        return f"tuple([{self._reader(self._element(kind)).format('i')} for i in {{0}}])"

    def _element(self, kind: Any) -> Any:  # noqa: ANN401 - a type
        arguments = typing.get_args(kind)
        if typing.get_origin(kind) is not tuple or arguments[1:] != (Ellipsis,):
            raise self._problem("a field", f"cannot be {kind}")
        return arguments[0]

    def _default(self, field: Any) -> str:  # noqa: ANN401 - attrs.Attribute
        """Return the source of what a field is when nothing was written for it."""
        if not isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]  # it is a class
            return self._name(field.default)
        if field.default.takes_self:
            raise self._problem(field.name, "has a default that depends on other fields")
        return f"{self._name(field.default.factory)}()"

    def _problem(self, field: str, words: str) -> PluginError:
        return PluginError(
            f"{self.names['cls'].__name__}: {field} {words}",
            hint="an event holds int, str, bool, bytes, enums, values of them, and tuple[…, ...]",
        )

    def _name(self, value: Any) -> str:  # noqa: ANN401 - whatever the source needs to name
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name


class _Late:
    """Finds the nested class's function at first use, so that classes may come in any order."""

    __slots__ = ("function", "index", "kind", "pair_of")

    def __init__(self, pair_of: Callable[[type], Any], kind: type, index: int) -> None:
        self.pair_of, self.kind, self.index = pair_of, kind, index
        self.function: Callable[[Any], Any] | None = None

    def __call__(self, value: Any) -> Any:  # noqa: ANN401 - passes through
        if self.function is None:
            self.function = self.pair_of(self.kind)[self.index]
        return self.function(value)


def _generate(
    cls: type, pair_of: Callable[[type], Any]
) -> tuple[Callable[[Any], dict[int, Any]], Callable[[Any], Any]]:
    writer = _Writer(cls, pair_of)
    source = "\n".join(
        [
            "def encode(o):",
            f"    d = {{{', '.join(writer.always)}}}",
            *writer.sometimes,
            "    return d",
            "def decode(d):",
            f"    return cls({', '.join(writer.arguments)})",
        ]
    )
    exec(source, writer.names)  # noqa: S102 - the source is made here, of declared fields only
    return writer.names["encode"], writer.names["decode"]


def _key_and_type(cls: type, name: str, hint: Any) -> tuple[int, Any]:  # noqa: ANN401 - a type
    keys = [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, int)]
    if not keys:
        raise PluginError(
            f"{cls.__name__}.{name} has no key",
            hint=f"declare it as {name}: Annotated[…, 1], with a number of its own",
        )
    return keys[0], hint.__origin__


def _optional(kind: Any) -> Any:  # noqa: ANN401 - a type or None
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        inner = [each for each in typing.get_args(kind) if each is not type(None)]
        return inner[0] if len(inner) == 1 else None
    return None


def _is_plain(kind: Any) -> bool:  # noqa: ANN401 - a type
    """Tell whether msgpack carries values of this type as they are."""
    if kind in _PLAIN:
        return True
    if typing.get_origin(kind) in {tuple, types.UnionType, typing.Union}:
        return all(each is Ellipsis or _is_plain(each) for each in typing.get_args(kind))
    return False
