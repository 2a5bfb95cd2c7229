"""Adyen's envelope as a terminal makes and opens it, written apart from the till's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


class Envelope:
    """Seals and opens with one passphrase."""

    def __init__(self, passphrase: str, identifier: str, version: int) -> None:
        keys = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), b"AdyenNexoV1Salt", 4000, 80)
        self._hmac_key, self._cipher_key, self._iv = keys[:32], keys[32:64], keys[64:]
        self._trailer = {
            "AdyenCryptoVersion": 1,
            "KeyIdentifier": identifier,
            "KeyVersion": version,
        }

    def seal(self, header: dict[str, str], clear: bytes) -> dict[str, Any]:
        """Return an answer as it goes over the wire."""
        nonce = os.urandom(BLOCK)
        short = BLOCK - len(clear) % BLOCK
        machine = self._machine(nonce).encryptor()
        blob = machine.update(clear + bytes([short]) * short) + machine.finalize()
        told = hmac.new(self._hmac_key, clear, "sha256").digest()
        trailer = {**self._trailer, "Nonce": _text(nonce), "Hmac": _text(told)}
        inside = {"MessageHeader": header, "NexoBlob": _text(blob), "SecurityTrailer": trailer}
        return {"SaleToPOIResponse": inside}

    def open(self, body: bytes) -> dict[str, Any]:
        """Return the request in an envelope, its numbers as text.

        Raises:
            ValueError: it is none of this key's.
        """
        outside = json.loads(body)["SaleToPOIRequest"]
        trailer = outside["SecurityTrailer"]
        if any(trailer[name] != value for name, value in self._trailer.items()):
            raise ValueError("another key")
        machine = self._machine(base64.b64decode(trailer["Nonce"])).decryptor()
        padded = machine.update(base64.b64decode(outside["NexoBlob"])) + machine.finalize()
        clear = padded[: -padded[-1]]
        told = base64.b64decode(trailer["Hmac"])
        if not hmac.compare_digest(hmac.new(self._hmac_key, clear, "sha256").digest(), told):
            raise ValueError("it was changed")
        message: dict[str, Any] = json.loads(clear, parse_float=str, parse_int=str)
        inside: dict[str, Any] = message["SaleToPOIRequest"]
        if inside["MessageHeader"] != outside["MessageHeader"]:
            raise ValueError("two headers")
        return inside

    def _machine(self, nonce: bytes) -> Cipher[modes.CBC]:
        vector = bytes(a ^ b for a, b in zip(self._iv, nonce, strict=True))
        return Cipher(algorithms.AES(self._cipher_key), modes.CBC(vector))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
