"""Verifies a delivery without a library: Python 3.9 and later."""
import base64
import hashlib
import hmac
import json
import time

TOLERANCE_SECONDS = 5 * 60


def verify(secret: str, headers: dict, body: bytes):
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("webhook-timestamp is not of now")

    key = base64.b64decode(secret[len("whsec_"):])
    if len(key) < 24:
        raise ValueError("the secret is not set")

    expected = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(signature, "v1," + base64.b64encode(expected).decode()) for signature in given):
        raise ValueError("webhook-signature is not ours")

    return json.loads(body)
