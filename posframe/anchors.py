"""The till's own key: signs the head of the chain, since a chain without an anchor proves nothing.

Ed25519 (RFC 8032) over ``seq`` as decimal text, a colon, and the row's hash in hex.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

import attrs

from posframe.errors import JournalUnavailable
from posframe.kernel.domain.commands import Anchor
from posframe.kernel.engine import Submission

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.assembly import Assembly
    from posframe.kernel.domain.transaction import TillState
    from posframe.kernel.ports import Head

MARK = 16
"""So many letters of the key end the till's configuration once a row has enrolled it."""
ANCHOR_ROWS = 1_000
"""So many rows may come before the head is signed; a Z is signed at once."""


@attrs.frozen
class TillKey:
    """A key pair; the private part stays in its file, readable by the till alone."""

    private_hex: str = attrs.field(repr=False)
    public_hex: str = ""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the key in ``path``, made now if there is none.

        Raises:
            JournalUnavailable: the file cannot be read or written, or is no key.
        """
        try:
            if not path.exists():
                _make(path)
            private_hex, public_hex = path.read_text(encoding="ascii").split()
            bytes.fromhex(private_hex + public_hex)
        except (OSError, ValueError) as error:
            raise JournalUnavailable(
                f"The till's key {path} cannot be used ({error})",
                hint="restore it from the backup; without it new anchors are another till's",
            ) from error
        return cls(private_hex, public_hex)

    def sign(self, head: Head) -> str:
        """Return the signature over a row of the chain, in hex."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.private_hex))
        return private.sign(message(head.seq, head.hash.hex())).hex()


def anchor_due(key: TillKey | None, head: Head, state: TillState) -> Anchor | None:
    """Return the signature over the head if it is due: by a Z that has none, or by many rows.

    Also after a start: a till that was killed between a Z and its signature signs it then. A key
    that the journal does not name yet, since the start was refused, signs nothing.
    """
    if key is None or not state.configuration.endswith(key.public_hex[:MARK]):
        return None
    last = state.control.last_z
    is_sealed = last is not None and last.to_seq >= state.anchored_seq
    if not is_sealed and head.seq - state.anchored_seq < ANCHOR_ROWS:
        return None
    return Anchor(seq=head.seq, hash=head.hash.hex(), signature=key.sign(head), key=key.public_hex)


def sign_due(parts: Assembly, key: TillKey | None) -> None:
    """Sign what is due at a till whose engine is used by nobody else any more.

    Raises:
        JournalError: the journal cannot be read.
    """
    anchor = anchor_due(key, parts.journal.head, parts.engine.acknowledged)
    if anchor is not None:
        id_ = parts.ids.next(parts.clock.wall_us())
        parts.engine.execute([Submission(command=anchor, id=id_, operator="")])


def message(seq: int, hash_hex: str) -> bytes:
    """Return what is signed."""
    return f"{seq}:{hash_hex}".encode()


def is_genuine(public_hex: str, seq: int, hash_hex: str, signature_hex: str) -> bool:
    """Tell whether a signature over a row is by that key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
        public.verify(bytes.fromhex(signature_hex), message(seq, hash_hex))
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    text = f"{private.private_bytes_raw().hex()}\n{private.public_key().public_bytes_raw().hex()}\n"
    draft = path.with_name(f"{path.name}.draft")  # a kill leaves a draft behind, never half a key
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, text.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)
