"""Adyen's envelope around nexo messages: what is said is secret, and cannot be changed unseen.

A passphrase shared by terminal and till gives the keys: PBKDF2-HMAC-SHA1, 4000 rounds, salt
``AdyenNexoV1Salt``; 32 bytes for HMAC-SHA256, 32 for AES-256-CBC, 16 for its beginning. A nonce of
16 bytes, drawn for each message, is combined with the latter by XOR. The HMAC is over the message
in clear, and the header stands outside once more, for routing. An old message sent again has an old
ServiceID, which whoever reads the message compares.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import attrs
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from posframe import DataError
from posframe_payments.nexo.exact_json import Number, dumped, loaded
from posframe_payments.nexo.table import Table

CRYPTO_VERSION = 1
NONCE_BYTES = 16
BLOB_CHARACTERS_MAX = 2_000_000
_SALT, _ROUNDS = b"AdyenNexoV1Salt", 4_000
_HMAC_BYTES, _CIPHER_BYTES, _IV_BYTES = 32, 32, 16
_BLOCK_BITS = 128


@attrs.frozen(kw_only=True)
class EnvelopeKey:
    """What a passphrase comes to, and what the terminal calls it."""

    identifier: str
    version: int
    hmac: bytes = attrs.field(repr=False)
    cipher: bytes = attrs.field(repr=False)
    iv: bytes = attrs.field(repr=False)


def envelope_key(passphrase: str, identifier: str, version: int) -> EnvelopeKey:
    """Return the key a passphrase comes to."""
    length = _HMAC_BYTES + _CIPHER_BYTES + _IV_BYTES
    made = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), _SALT, _ROUNDS, length)
    cipher_end = _HMAC_BYTES + _CIPHER_BYTES
    return EnvelopeKey(
        identifier=identifier,
        version=version,
        hmac=made[:_HMAC_BYTES],
        cipher=made[_HMAC_BYTES:cipher_end],
        iv=made[cipher_end:],
    )


def sealed(message: bytes, key: EnvelopeKey, nonce: bytes) -> bytes:
    """Return a request in its envelope; ``nonce`` is random and used for no other message."""
    assert len(nonce) == NONCE_BYTES, "the nonce is as long as a block"
    ((name, inside),) = loaded(message).items()
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = _cipher(key, nonce).encryptor()
    blob = encryptor.update(padder.update(message) + padder.finalize()) + encryptor.finalize()
    trailer = {
        "AdyenCryptoVersion": CRYPTO_VERSION,
        "KeyIdentifier": key.identifier,
        "KeyVersion": key.version,
        "Nonce": _base64(nonce),
        "Hmac": _base64(hmac.digest(key.hmac, message, "sha256")),
    }
    outside = {
        "MessageHeader": inside["MessageHeader"],
        "NexoBlob": _base64(blob),
        "SecurityTrailer": trailer,
    }
    return dumped({name: outside}).encode()


def opened(envelope: bytes, key: EnvelopeKey) -> Any:  # noqa: ANN401 - a JSON message
    """Return the message in an answer's envelope, which is as the terminal sealed it.

    Raises:
        DataError: it is no envelope, of another key, or was changed on its way.
    """
    message = loaded(envelope)
    if not isinstance(message, dict) or set(message) != {"SaleToPOIResponse"}:
        raise DataError("The terminal's answer is in no envelope", hint="is its encryption on?")
    outside = Table(message, "answer").table("SaleToPOIResponse")
    clear = _decrypted(outside, key)
    inside = loaded(clear)
    if _header(inside) != outside.values.get("MessageHeader"):
        raise _changed()
    return inside


def _decrypted(outside: Table, key: EnvelopeKey) -> bytes:
    trailer = outside.table("SecurityTrailer")
    named = (trailer.count("AdyenCryptoVersion"), trailer.text("KeyIdentifier"))
    if (*named, trailer.count("KeyVersion")) != (CRYPTO_VERSION, key.identifier, key.version):
        raise DataError(
            "The terminal's answer is sealed with another key",
            hint="compare identifier and version in the key's file with the terminal's settings",
        )
    blob = outside.values.get("NexoBlob")
    if not isinstance(blob, str) or len(blob) > BLOB_CHARACTERS_MAX:
        raise outside.malformed("NexoBlob")
    nonce, told = _bytes(trailer.text("Nonce")), _bytes(trailer.text("Hmac"))
    clear = _unpadded(_bytes(blob), key, nonce)
    if not hmac.compare_digest(hmac.digest(key.hmac, clear, "sha256"), told):
        raise _changed()
    return clear


def _unpadded(blob: bytes, key: EnvelopeKey, nonce: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise _changed()
    decryptor = _cipher(key, nonce).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    try:
        padded = decryptor.update(blob) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise _changed() from error


def _cipher(key: EnvelopeKey, nonce: bytes) -> Cipher[modes.CBC]:
    beginning = bytes(own ^ drawn for own, drawn in zip(key.iv, nonce, strict=True))
    return Cipher(algorithms.AES(key.cipher), modes.CBC(beginning))


def _header(message: Any) -> Any:  # noqa: ANN401 - parsed JSON
    inner = message.get("SaleToPOIResponse") if isinstance(message, dict) else None
    return inner.get("MessageHeader", Number("")) if isinstance(inner, dict) else Number("")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _changed() from error


def _changed() -> DataError:
    return DataError(
        "The terminal's answer was changed on its way, or is sealed with another passphrase",
        hint="nothing was read from it; compare the passphrase with the terminal's",
    )
