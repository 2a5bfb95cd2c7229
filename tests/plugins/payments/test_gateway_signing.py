"""Signatures of webhooks, and the memory that tells a copy."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.gateway import signing
from posframe_payments.gateway.signing import Envelope, Gatekeeper, Refused, signature

SECRET = bytes(range(32))
NOW_S = 1_800_000_000


def sealed(id_, at_s, body=b""):
    return Envelope(id=id_, timestamp=str(at_s), signatures=signature(SECRET, id_, str(at_s), body))


def test_the_signature_is_that_of_the_published_example():
    """The worked example of Standard Webhooks."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(
    st.binary(max_size=64),
    st.sampled_from(["id", "timestamp", "body"]),
    st.integers(0, 10**6),
    st.integers(1, 255),
)
def test_a_message_changed_in_one_byte_is_not_let_in(body, part, place, change):
    parts = {"id": b"msg_1", "timestamp": str(NOW_S).encode(), "body": body or b"x"}
    good = signature(SECRET, "msg_1", str(NOW_S), parts["body"])
    changed = bytearray(parts[part])
    changed[place % len(changed)] ^= change
    parts[part] = bytes(changed)
    envelope = Envelope(
        id=parts["id"].decode("latin-1"),
        timestamp=parts["timestamp"].decode("latin-1"),
        signatures=good,
    )
    with pytest.raises(Refused) as refused:
        Gatekeeper((SECRET,), 0).admit(envelope, parts["body"], NOW_S)
    assert refused.value.status == 401


def test_what_is_remembered_is_forgotten_when_its_time_no_longer_counts():
    keeper = Gatekeeper((SECRET,), 0)
    for number in range(1_000):
        now_s = NOW_S + number
        keeper.admit(sealed("m", now_s), b"", now_s)
    assert len(keeper) == 301


def test_a_memory_that_is_full_refuses_rather_than_forgets():
    keeper = Gatekeeper((SECRET,), 0)
    for number in range(signing.IDS_MAX):
        keeper.admit(sealed(f"m{number}", NOW_S), b"", NOW_S)
    with pytest.raises(Refused) as refused:
        keeper.admit(sealed("more", NOW_S), b"", NOW_S)
    assert refused.value.status == 503
    with pytest.raises(Refused) as refused:
        keeper.admit(sealed("m0", NOW_S), b"", NOW_S)
    assert refused.value.status == 409
