"""Brings docker-compose.yml up as README.md says, and lets people and accidents at it. Usage: play.py FOLDER BUILDAH…"""
import json
import os
import re
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from engine import Engine, wait

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEED = "docker compose run --rm erzycall seed"


def see(what, is_so, detail=""):
    if not is_so:
        raise AssertionError(f"{what}: no\n{detail}")
    print(f"{what}: yes", flush=True)


def text(path):
    with open(path) as file:
        return file.read()


class Api:
    def __init__(self, address, key):
        self.address, self.key = address, key

    def __call__(self, path, body=None, idempotency_key=""):
        headers = {"X-API-Key": self.key, "Content-Type": "application/json", "Idempotency-Key": idempotency_key}
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}", json.dumps(body).encode() if body else None, {name: value for name, value in headers.items() if value})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["data"]

    def place(self, name):
        """Places a call as a careful client does: the same request again until it has an answer."""
        while True:
            try:
                return self("/calls", {"to": "+14155550100", "from": "+14155559999", "firstMessage": "Hello."}, name)["id"]
            except OSError as failure:
                if isinstance(failure, urllib.error.HTTPError) and failure.code != 503:
                    raise
                time.sleep(0.1)

    def has_ended(self, call):
        return self(f"/calls/{call}")["status"] == "ended"


def rights(container):
    """Whose a container's first process is and what it may do, as the kernel has it."""
    lines = dict(line.split(":\t", 1) for line in text(f"/proc/{container.pid}/status").splitlines())
    return {name: lines[name].split()[0] for name in ["Uid", "CapEff", "CapBnd", "NoNewPrivs"]}


def play(engine):
    address = engine.publish()
    services = engine.up()
    see("docker compose up: the password, the databases, the schema, the server", list(services) == ["password", "postgres", "redis", "migrate", "erzycall"])
    server = services["erzycall"]
    wait(lambda: server.healthy, lambda: f"The server is not healthy:\n{server.text()}")
    migrated = services["migrate"].text()
    see("migrate says what it did, and nothing else", re.fullmatch(r"Applied: .*\nBrought over: .*\n", migrated), migrated)
    see("the server's log is JSON, line by line, and tells how to get a key",
        any(SEED in json.loads(line)["@mt"] for line in server.text().splitlines()), server.text())
    see("so do README.md and docker-compose.yml", all(SEED in text(f"{REPOSITORY}/{file}") for file in ["README.md", "docker-compose.yml"]))

    for name, user in [("postgres", "70"), ("redis", "999"), ("erzycall", "1654")]:
        found = rights(services[name])
        see(f"{name} is not root, has no capability and no way to one",
            found == {"Uid": user, "CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1"}, found)
    see("the server writes nowhere", all(server.execute("touch", f"{folder}/file") == 1 for folder in ["/app", "/tmp", "/password", "/home", "/var"]))

    printed = engine.run("erzycall", "seed")
    see(f"{SEED}: a key, and nothing else", re.fullmatch(r"ek_test_\w+\n", printed), printed)
    api = Api(address, printed.strip())
    first = api.place("the first")
    wait(lambda: api.has_ended(first), "The first call goes on and on")
    see("a call, to its end", api(f"/calls/{first}")["endedReason"] == "assistant-ended-call")

    server.signal(signal.SIGKILL)
    wait(lambda: server.starts == 2 and server.healthy, lambda: f"It was not started again:\n{server.text()}")
    see("killed, the server is started again and has the call", api.has_ended(first))

    # Whoever places calls does so over the stop and the start, each request until it is answered: few, as each takes its twenty seconds.
    placed, done = [], threading.Event()

    def place(client):
        number = 0
        while not done.is_set():
            placed.append(api.place(f"{client}-{number}"))
            number += 1
            done.wait(1)

    clients = [threading.Thread(target=place, args=(client,), daemon=True) for client in range(2)]
    for client in clients:
        client.start()
    wait(lambda: len(placed) > 4, "Nobody calls")
    under_way = api("/calls?status=processing&limit=1")
    codes = engine.stop()
    see("docker compose stop, while calls are under way: everything ends by itself, within its time", under_way and set(codes.values()) == {0}, codes)
    before = len(placed)
    server = engine.up()["erzycall"]
    wait(lambda: server.healthy and len(placed) > before + 4, lambda: f"The server is not healthy again:\n{server.text()}")
    done.set()
    for client in clients:
        client.join()
    for call in placed:
        wait(lambda: api.has_ended(call), f"{call} goes on and on")
    see(f"docker compose up: {len(placed)} calls that were placed before, meanwhile and since, each one call that came to its end", len(set(placed)) == len(placed))
    see("every promise was kept, by the audit", engine.run("erzycall", "audit"))
    see("no line of the server's log is an error", not re.search('"@l":"(Error|Fatal)"', server.text()), server.text())
    engine.stop()


def main(folder, *buildah):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    engine = Engine(f"{REPOSITORY}/docker-compose.yml", buildah, folder, {"ERZYCALL_PORT": str(port)})
    try:
        play(engine)
    finally:
        engine.end()


main(*sys.argv[1:])
