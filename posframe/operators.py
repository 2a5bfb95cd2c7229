"""Who the operators of a till are: ``operators.toml`` in its folder, read, checked and written.

Names stand here and nowhere else; the journal knows ids. Of PINs there are hashes, of badges keyed
marks. Who is verified, and what comes of it, is ``signing``'s.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import re
import tomllib
from typing import TYPE_CHECKING, Final

import attrs

from posframe.errors import ConfigurationError, DataError, RuleViolation
from posframe.kernel.domain.card_guard import refuse_card
from posframe.pins import PinKeeper, check_stored, load_pepper
from posframe.settings_reader import read_table
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

OPERATORS_FILE: Final = "operators.toml"
PEPPER_FILE: Final = "pins.key"
FORMAT: Final = 1
SIZE_MAX: Final = 1 << 20
NAME_MAX: Final = 40
BADGE_MIN: Final = 4
BADGE_MAX: Final = 80
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,7}")
_MARK: Final = re.compile(r"[0-9a-f]{32}")
_TOP: Final = """\
# The operators of this till. Written by: posframe operators. Comments here are not kept.
format = 1
"""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Operator(Value):
    """Somebody who works at a till."""

    id: str
    """Their number, as typed."""
    name: str
    role: str
    pin: str | None = None
    """Argon2id, in PHC format; None: no PIN was set, and none is right."""
    badge: str | None = None
    """Keyed mark of the code on their badge; None: they have none."""
    active: bool = True
    """False: they may not sign in or approve; their number stays taken."""

    def __repr__(self) -> str:
        return f"Operator({self.id}, {self.role})"


@attrs.frozen(kw_only=True)
class _Entry:
    """``[operators.ID]`` of the file."""

    name: str
    role: str
    pin: str | None = attrs.field(default=None, repr=False)
    badge: str | None = attrs.field(default=None, repr=False)
    active: bool = True


@attrs.frozen(kw_only=True)
class _File:
    format: int
    operators: dict[str, _Entry] = attrs.field(factory=dict)


@attrs.frozen
class OperatorBook:
    """All operators of a till, in the order of their file."""

    operators: tuple[Operator, ...] = ()

    def find(self, number: str) -> Operator | None:
        """Return who has a number, active or not."""
        return next((each for each in self.operators if each.id == number), None)

    def of_badge(self, mark: str) -> Operator | None:
        """Return whose badge has a mark, active or not."""
        return next((each for each in self.operators if each.badge == mark), None)

    @property
    def has_pins(self) -> bool:
        """Tell whether a PIN or a badge is kept, which no other pepper could read."""
        return any(each.pin or each.badge for each in self.operators)

    def with_one(self, operator: Operator) -> OperatorBook:
        """Return it with an operator entered, or changed."""
        if self.find(operator.id) is None:
            return OperatorBook((*self.operators, operator))
        kept = (operator if each.id == operator.id else each for each in self.operators)
        return OperatorBook(tuple(kept))

    def without(self, number: str) -> OperatorBook:
        """Return it without an operator."""
        return OperatorBook(tuple(each for each in self.operators if each.id != number))


class OperatorsFile:
    """The operators of one till's folder; other processes may change them at any time."""

    def __init__(
        self,
        folder: Path,
        roles: Collection[str],
        make_keeper: Callable[[bytes], PinKeeper] | None = None,
    ) -> None:
        """Prepare to read; nothing is read yet.

        Args:
            folder: the till's.
            roles: ids of those that there are.
            make_keeper: makes what hashes PINs, of the pepper; None: at the usual cost.
        """
        self.path = folder / OPERATORS_FILE
        self._pepper_path = folder / PEPPER_FILE
        self._roles = roles
        self._make_keeper = make_keeper or (lambda pepper: PinKeeper(pepper=pepper))
        self._read: tuple[tuple[int, ...], OperatorBook] | None = None
        self._keeper: tuple[int, PinKeeper] | None = None

    def book(self) -> OperatorBook:
        """Return the operators as the file stands now; a file that was not changed is not read.

        Raises:
            ConfigurationError: the file cannot be used; the message names the place.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return OperatorBook()
        except OSError as error:
            raise _unreadable(self.path, error) from error
        state = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)
        read = self._read
        if read is None or read[0] != state:
            self._read = read = (state, read_operators(self.path, self._roles))
        return read[1]

    def keeper(self) -> PinKeeper:
        """Return what hashes and verifies PINs here.

        Raises:
            ConfigurationError: its key cannot be used; one is made only while no PIN is kept.
        """
        path = self._pepper_path
        changed = path.stat().st_mtime_ns if path.exists() else 0
        if self._keeper is None or self._keeper[0] != changed:
            pepper = load_pepper(path, may_make=not self.book().has_pins)
            self._keeper = (path.stat().st_mtime_ns, self._make_keeper(pepper))
        return self._keeper[1]

    def change(self, change: Callable[[OperatorBook], OperatorBook]) -> OperatorBook:
        """Write the file anew as ``change`` makes it of what it is at that moment.

        Raises:
            ConfigurationError: the file cannot be used or written, or would not be read again.
            RuleViolation: ``change`` refuses; nothing was written.
        """
        with _alone(self.path.parent):
            book = change(self.book())
            check_book(book, self._roles, self.path)
            _write(self.path, _text(book))
        return book


def badge_mark(keeper: PinKeeper, code: str) -> str:
    """Return what is kept of a badge's code: nobody can print a badge from it."""
    return hmac.digest(keeper.pepper, b"badge\0" + code.strip().encode(), hashlib.sha256).hex()[:32]


def check_number(number: str) -> None:
    """Refuse what is no operator's number.

    Raises:
        RuleViolation: it has other signs than digits, too many, or a zero in front.
    """
    if not _NUMBER.fullmatch(number):
        raise RuleViolation(
            "An operator's number has 1 to 8 digits and begins with none of them 0",
            hint="such as 17",
        )


def check_badge(code: str) -> None:
    """Refuse a code that is on no badge.

    Raises:
        RuleViolation: it is too short to be nobody else's guess, too long, or a payment card's.
    """
    stripped = code.strip()
    if not BADGE_MIN <= len(stripped) <= BADGE_MAX or not stripped.isprintable():
        raise RuleViolation(
            f"A badge's code has {BADGE_MIN} to {BADGE_MAX} characters", hint="scan the badge again"
        )
    refuse_card(stripped)


def read_operators(path: Path, roles: Collection[str]) -> OperatorBook:
    """Return the operators of a file.

    Raises:
        ConfigurationError: others can read it, it is no TOML, or says something that cannot be.
    """
    text = _private_text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}", hint="mend that line") from error
    if table.get("format") != FORMAT:
        raise ConfigurationError(
            f"{path}: format is not {FORMAT}", hint=f"write format = {FORMAT} at its top"
        )
    try:
        found = read_table(_File, table)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error.message}", hint=error.hint) from error
    book = OperatorBook(
        tuple(
            Operator(
                id=id_,
                name=each.name,
                role=each.role,
                pin=each.pin,
                badge=each.badge,
                active=each.active,
            )
            for id_, each in found.operators.items()
        )
    )
    check_book(book, roles, path)
    return book


def check_book(book: OperatorBook, roles: Collection[str], path: Path) -> None:
    """Refuse operators that cannot be.

    Raises:
        ConfigurationError: a number, name, role, PIN or badge cannot be, or is there twice.
    """
    badges: set[str] = set()
    for each in book.operators:
        where = f"{path}: operators.{each.id}"
        _check_one(each, where)
        if each.role not in roles:
            raise ConfigurationError(
                f"{where}.role: there is no role {each.role!r}", hint=_nearest(each.role, roles)
            )
        if each.badge is not None and each.badge in badges:
            raise ConfigurationError(
                f"{where}.badge is another operator's too", hint="give each a badge of their own"
            )
        badges |= {each.badge} if each.badge else set()


def _check_one(operator: Operator, where: str) -> None:
    try:
        check_number(operator.id)
    except RuleViolation as error:
        raise ConfigurationError(f"{where}: {error.message}", hint=error.hint) from error
    name = operator.name
    if not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        raise ConfigurationError(
            f"{where}.name has to have 1 to {NAME_MAX} plain characters", hint="write another name"
        )
    if operator.badge is not None and not _MARK.fullmatch(operator.badge):
        raise ConfigurationError(
            f"{where}.badge is no mark of a badge",
            hint=f"take it out, then: posframe operators badge {operator.id}",
        )
    if operator.pin is not None:
        try:
            check_stored(operator.pin)
        except DataError as error:
            raise ConfigurationError(
                f"{where}.pin cannot be read",
                hint=f"take it out, then: posframe operators set-pin {operator.id}",
            ) from error


def _nearest(role: str, roles: Collection[str]) -> str:
    import difflib

    near = difflib.get_close_matches(role, roles, 1)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(roles)}"


def _private_text(path: Path) -> str:
    try:
        found = path.stat()
        if found.st_mode & 0o077:
            raise ConfigurationError(f"Others can read {path}", hint=f"chmod 600 {path}")
        if found.st_size > SIZE_MAX:
            raise ConfigurationError(f"{path} is larger than 1 MiB", hint="restore it")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ConfigurationError:
    return ConfigurationError(
        f"{path} cannot be read ({type(error).__name__})",
        hint="check its rights; it is a UTF-8 text",
    )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other writers out: a till that hashes anew must not undo what an operator is told."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _text(book: OperatorBook) -> str:
    return _TOP + "".join(_section(each) for each in book.operators)


def _section(operator: Operator) -> str:
    rows = [f"\n[operators.{operator.id}]", f"name = {_quoted(operator.name)}"]
    rows.append(f"role = {_quoted(operator.role)}")
    rows += [f"pin = {_quoted(operator.pin)}"] if operator.pin else []
    rows += [f"badge = {_quoted(operator.badge)}"] if operator.badge else []
    rows += [] if operator.active else ["active = false"]
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    """Write all of it or nothing; nobody else can read it at any moment."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({error.strerror})", hint="check the disk and its rights"
        ) from error
