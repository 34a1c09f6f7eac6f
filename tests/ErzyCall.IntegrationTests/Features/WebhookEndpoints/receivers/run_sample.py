"""Runs the Python sample on the delivery of standard input: exit code 0 when it accepts it, 1 when it refuses it."""
import base64
import json
import runpy
import sys

verify = runpy.run_path(sys.argv[1])["verify"]
delivery = json.load(sys.stdin)
try:
    verify(delivery["secret"], delivery["headers"], base64.b64decode(delivery["body"]))
except ValueError as refused:
    print(refused)
    sys.exit(1)
