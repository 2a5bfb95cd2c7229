"""The envelope against OpenSSL's own tools, and against whoever changes what is in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from posframe import ConfigurationError, DataError
from posframe_payments.nexo.envelope import envelope_key, opened, sealed
from posframe_payments.nexo.exact_json import dumped
from posframe_payments.nexo.key_file import read_key

KEY = envelope_key("correct horse", "till-key", 1)
NONCE = bytes(range(16))
CLEAR = (
    b'{"SaleToPOIResponse":{"MessageHeader":{"ServiceID":"P1"},'
    b'"LogoutResponse":{"Response":{"Result":"Success"}}}}'
)
# Made with openssl 3.0.19: kdf PBKDF2 (SHA1, 4000 rounds, salt AdyenNexoV1Salt), enc -aes-256-cbc
# with the last 16 bytes XOR the nonce 00 01 … 0f, dgst -sha256 -mac HMAC over the clear text.
HMAC_KEY = "b0f9983fbedcc24debab57becc2fece5f62c5ff58f862bf5ee017e1188d55121"
CIPHER_KEY = "060b66840a2bc89ecf48ad641f0544136d8c49c34f6feb81d60654c7303a67b6"
IV = "eaed41bdd7f47dbd85d3bbd5003f0370"
BLOB = (
    "9yreS9BcV7BGIq7ULeNMj17Fo7vUz3eJSGp4saxQIkrKABm5mzURVfPEn/BtbFMpEKzT4WiJpRWR8I8KYKBbjN4v4D3cDNEv"
    "drpEuSj6/pHQ6oTD6++jtGooE3ENK4e0wQ+SUkOuR04oIO2n26ERhw=="
)
HMAC = "QeuqpvefxHxkgSo6uJ8vyVzUudOxjodT8Crt3ZPDjYA="


def envelope(**changes):
    """Return an answer's envelope, with parts of its trailer or itself changed."""
    trailer = {
        "AdyenCryptoVersion": 1,
        "KeyIdentifier": "till-key",
        "KeyVersion": 1,
        "Nonce": base64.b64encode(NONCE).decode(),
        "Hmac": HMAC,
    }
    parts = {"MessageHeader": {"ServiceID": "P1"}, "NexoBlob": BLOB}
    for name, value in changes.items():
        (parts if name in parts else trailer)[name] = value
    return json.dumps({"SaleToPOIResponse": {**parts, "SecurityTrailer": trailer}}).encode()


def test_a_passphrase_comes_to_the_keys_that_openssl_makes_of_it():
    assert KEY.hmac.hex() == HMAC_KEY
    assert KEY.cipher.hex() == CIPHER_KEY
    assert KEY.iv.hex() == IV


def test_an_envelope_that_openssl_made_is_opened():
    assert dumped(opened(envelope(), KEY)).encode() == CLEAR


def test_a_request_is_sealed_so_that_other_hands_can_open_it():
    """With hashlib and the block cipher alone, step by step as Adyen describes it."""
    clear = b'{"SaleToPOIRequest":{"MessageHeader":{"ServiceID":"P1"},"LogoutRequest":{}}}'
    outside = json.loads(sealed(clear, KEY, NONCE))["SaleToPOIRequest"]
    keys = hashlib.pbkdf2_hmac("sha1", b"correct horse", b"AdyenNexoV1Salt", 4000, 80)
    vector = bytes(a ^ b for a, b in zip(keys[64:], NONCE, strict=True))
    machine = Cipher(algorithms.AES(keys[32:64]), modes.CBC(vector)).decryptor()
    padded = machine.update(base64.b64decode(outside["NexoBlob"])) + machine.finalize()
    assert padded == clear + bytes([4]) * 4  # 76 bytes, and four to fill the block
    trailer = outside["SecurityTrailer"]
    assert base64.b64decode(trailer["Hmac"]) == hmac.digest(keys[:32], clear, "sha256")
    assert base64.b64decode(trailer["Nonce"]) == NONCE
    assert (trailer["AdyenCryptoVersion"], trailer["KeyVersion"]) == (1, 1)
    assert trailer["KeyIdentifier"] == "till-key"
    assert outside["MessageHeader"] == {"ServiceID": "P1"}


@pytest.mark.parametrize("part", ["NexoBlob", "Nonce", "Hmac"])
def test_an_envelope_of_which_any_byte_was_changed_is_refused(part):
    """Every byte of each part in turn; the first block stands or falls with the nonce."""
    whole = {"NexoBlob": BLOB, "Nonce": base64.b64encode(NONCE).decode(), "Hmac": HMAC}[part]
    data = base64.b64decode(whole)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(DataError, match="changed on its way"):
            opened(envelope(**{part: base64.b64encode(changed).decode()}), KEY)


def test_an_envelope_cut_off_anywhere_is_refused():
    whole = envelope()
    for length in range(len(whole)):
        with pytest.raises(DataError):
            opened(whole[:length], KEY)


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("KeyVersion", 2, "another key"),
        ("KeyIdentifier", "other", "another key"),
        ("AdyenCryptoVersion", 2, "another key"),
        ("KeyVersion", "1", "no right answer.SaleToPOIResponse.SecurityTrailer.KeyVersion"),
        ("MessageHeader", {"ServiceID": "P2"}, "changed on its way"),
        ("MessageHeader", None, "changed on its way"),
        ("Nonce", "AAAA", "changed on its way"),
        ("Nonce", "not base64!", "changed on its way"),
        ("NexoBlob", "AAAA", "changed on its way"),
        ("NexoBlob", "", "changed on its way"),
        ("NexoBlob", 7, "NexoBlob"),
    ],
)
def test_an_envelope_of_another_key_or_form_is_refused(part, value, words):
    with pytest.raises(DataError, match=words):
        opened(envelope(**{part: value}), KEY)


def test_another_passphrase_opens_nothing():
    with pytest.raises(DataError, match="another passphrase"):
        opened(envelope(), envelope_key("wrong horse", "till-key", 1))


def test_our_own_request_sent_back_to_us_is_no_answer():
    mirrored = sealed(b'{"SaleToPOIRequest":{"MessageHeader":{}}}', KEY, NONCE)
    with pytest.raises(DataError, match="in no envelope"):
        opened(mirrored, KEY)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'["Bad JSON:1"]', b"\xff", b"[" * 100_000])
def test_what_is_no_envelope_is_refused(body):
    with pytest.raises(DataError):
        opened(body, KEY)


def test_a_name_that_stands_twice_is_refused():
    """Which of both counts is a guess, and readers differ."""
    twice = envelope().replace(b'"NexoBlob"', b'"MessageHeader": {}, "NexoBlob"')
    with pytest.raises(DataError, match="no JSON"):
        opened(twice, KEY)


@given(st.binary(min_size=16, max_size=16), st.text(max_size=200))
def test_whatever_is_sealed_is_what_is_opened(nonce, text):
    """A request that is called an answer, so that one side reads what the same side wrote."""
    clear = dumped({"SaleToPOIResponse": {"MessageHeader": {"SaleID": text}}}).encode()
    assert dumped(opened(sealed(clear, KEY, nonce), KEY)).encode() == clear


def test_a_key_shows_none_of_its_secrets():
    shown = repr(KEY)
    assert "till-key" in shown
    for secret in (KEY.hmac, KEY.cipher, KEY.iv):
        assert repr(secret) not in shown
        assert secret.hex() not in shown


def key_file(folder, text, mode=0o600):
    path = folder / "nexo.key"
    path.write_text(text)
    path.chmod(mode)
    return path


GOOD = 'passphrase = "correct horse"\nidentifier = "till-key"\nversion = 1\n'


def test_a_key_file_comes_to_its_key(tmp_path):
    assert read_key(key_file(tmp_path, GOOD), "here") == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(tmp_path, mode):
    with pytest.raises(ConfigurationError, match=r"here: others may read nexo.key \(type: chmod"):
        read_key(key_file(tmp_path, GOOD, mode), "here")


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.replace("version = 1", 'version = "1"'),
        GOOD.replace("version = 1", "version = true"),
        GOOD.replace("version = 1", "version = -1"),
        GOOD.replace('"correct horse"', '""'),
        GOOD.replace('identifier = "till-key"', ""),
        GOOD.replace('horse"', "horse"),
    ],
)
def test_a_file_that_is_no_key_is_refused_and_its_passphrase_not_told(tmp_path, text):
    with pytest.raises(ConfigurationError, match=r"nexo\.key is no key") as caught:
        read_key(key_file(tmp_path, text), "here")
    assert "correct" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"here: nexo\.key cannot be read"):
        read_key(tmp_path / "nexo.key", "here")
