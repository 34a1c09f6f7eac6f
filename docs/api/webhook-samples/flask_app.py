"""A receiver with Flask, verify.py beside it: pip install flask

WEBHOOK_SECRET=whsec_… flask --app flask_app run --port 3000
"""
import os

from flask import Flask, request

from verify import verify

SECRET = os.environ["WEBHOOK_SECRET"]
app = Flask(__name__)


@app.post("/hooks")
def hooks():
    # The signature is over the bytes as they came, not over request.json.
    try:
        event = verify(SECRET, request.headers, request.get_data())
    except ValueError:
        return "", 400

    # The same delivery may come again: keep its id together with what you do, and do nothing where it is known.
    print(request.headers["webhook-id"], event["event"], event["data"]["id"])
    return "", 204
