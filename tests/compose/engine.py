"""Plays the engine and `docker compose`: reads a compose file and runs its services in their images, as far as README.md says. What it
does not know in the file it refuses, so that nothing passes unseen."""
import ctypes
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time

import yaml

KNOWN = {"image", "build", "command", "environment", "working_dir", "user", "volumes", "tmpfs", "networks", "network_mode", "ports", "healthcheck",
         "depends_on", "restart", "stop_grace_period", "read_only", "cap_drop", "security_opt", "mem_limit", "pids_limit"}
CLONE_NEWNET = 0x40000000
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def seconds(duration, default):
    """A duration as compose files write them (1m30s), or as images do, in nanoseconds."""
    if isinstance(duration, int):
        return duration / 1e9 if duration else default
    return sum(float(n) * UNITS[unit] for n, unit in re.findall(r"([\d.]+)(ms|s|m|h)", duration)) if duration else default


def size(text):
    return int(text[:-1]) << {"k": 10, "m": 20, "g": 30}[text[-1]]


def wait(condition, what, within=120):
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what() if callable(what) else what)
        time.sleep(0.05)


class Container:
    """One run of one service. Its log is a file; `healthy` is what its health check said last."""

    def __init__(self, engine, name, service, command=None, restarts=True):
        self.engine, self.name, self.service = engine, name, service
        self.image = engine.image(service["image"])
        self.user, self.group = engine.user(self.image["Root"], service.get("user") or self.image["User"] or "root")
        self.command = self.image["Entrypoint"] + (command or service.get("command") or self.image["Cmd"])
        self.environment = dict(pair.split("=", 1) for pair in self.image["Env"])
        self.environment |= {key: str(value) for key, value in service.get("environment", {}).items()}
        self.log = f"{engine.folder}/{name}.log"
        self.restarts = restarts and service.get("restart") == "unless-stopped"
        self.stopping, self.healthy, self.starts = False, False, 0
        self.specification = json.dumps(self.specify())
        self.over = threading.Event()
        threading.Thread(target=self.supervise, daemon=True).start()
        wait(lambda: self.starts > 0, f"{name} was not started")

    def specify(self):
        service, root = self.service, self.image["Root"]
        volumes = [self.engine.volume(root, *text.split(":")) for text in service.get("volumes", [])]
        tmpfs = [(target, options.split(",") if options else []) for target, _, options in (text.partition(":") for text in service.get("tmpfs", []))]
        for target in [target for _, target, *_ in volumes] + [target for target, _ in tmpfs]:
            os.makedirs(root + target, exist_ok=True)
        hosts = f"{self.engine.folder}/{self.name}.hosts"
        with open(hosts, "w") as file:
            file.writelines(f"127.0.0.1 {name}\n" for name in ["localhost", *self.engine.neighbours(service)])
        open(f"{root}/etc/hosts", "a").close()
        return {
            "root": root, "limits": self.engine.limits(self.name, service), "volumes": [*volumes, (hosts, "/etc/hosts", "ro")], "tmpfs": tmpfs,
            "read_only": service.get("read_only", False), "user": self.user, "group": self.group,
            "capabilities": "ALL" not in service.get("cap_drop", []),
            "new_privileges": "no-new-privileges:true" not in service.get("security_opt", []),
            "folder": service.get("working_dir") or self.image["WorkingDir"] or "/", "environment": self.environment, "command": self.command,
        }

    def supervise(self):
        own_network = ["--net"] if self.service.get("network_mode") == "none" else []
        pause = 0.1
        while True:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    ["nsenter", f"--net={self.engine.network}", "unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", *own_network,
                     sys.executable, f"{os.path.dirname(os.path.abspath(__file__))}/container.py", self.specification],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            self.starts += 1
            if "healthcheck" in self.service or self.image.get("Healthcheck"):
                threading.Thread(target=self.check, args=(self.process,), daemon=True).start()
            self.exit_code = self.process.wait()
            self.healthy = False
            if self.stopping or not self.restarts:
                break
            time.sleep(pause)
            pause *= 2
        self.over.set()

    @property
    def pid(self):
        """The id of the container's first process, as the machine sees it."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            return int(children.read().split()[0])

    def check(self, process):
        stated, built = self.service.get("healthcheck", {}), self.image.get("Healthcheck") or {}
        if stated.get("disable"):
            return
        test = stated.get("test") or built["Test"]
        command = test[1:] if test[0] == "CMD" else ["/bin/sh", "-c", test[1]]
        interval, timeout, start_period = (
            seconds(stated.get(name) or built.get("".join(word.title() for word in name.split("_"))), default)
            for name, default in [("interval", 30), ("timeout", 30), ("start_period", 0)])
        allowed, failures, begun = stated.get("retries") or built.get("Retries") or 3, 0, time.monotonic()
        while process.poll() is None:
            time.sleep(interval)
            if self.execute(*command, timeout=timeout) == 0:
                self.healthy, failures = process.poll() is None, 0
            elif time.monotonic() - begun > start_period:
                failures += 1
                self.healthy = self.healthy and failures < allowed

    def execute(self, *command, timeout=30):
        """Runs a command in the container as its user does; its exit code, and 1 when it took too long or the container is over."""
        try:
            return subprocess.run(
                ["/usr/bin/nsenter", f"--target={self.pid}", "--mount", "--pid", "--net", "--root", "--wd",
                 f"--setgid={self.group}", f"--setuid={self.user}", "--", *command],
                env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout).returncode
        except (subprocess.TimeoutExpired, FileNotFoundError, IndexError):
            return 1

    def signal(self, number):
        try:
            os.kill(self.pid, number)
        except (FileNotFoundError, IndexError, ProcessLookupError):
            pass  # It has ended by itself meanwhile.

    def stop(self):
        """Tells it to stop, and kills it when its time is over; the seconds that it took."""
        self.stopping, begun = True, time.monotonic()
        if not self.over.is_set():
            self.signal(signal.Signals[self.image["StopSignal"]])
            if not self.over.wait(seconds(self.service.get("stop_grace_period"), 10)):
                self.signal(signal.SIGKILL)
                self.over.wait()
        return time.monotonic() - begun

    def text(self):
        with open(self.log) as file:
            return file.read()


class Engine:
    def __init__(self, file, buildah, folder, variables):
        def value(match):
            return "$" if match[0] == "$$" else variables.get(match[1]) or match[2] or ""

        self.buildah, self.folder = buildah, folder
        with open(file) as text:
            self.file = yaml.safe_load(re.sub(r"\$\$|\$\{(\w+)(?::-([^}]*))?\}", value, text.read()))
        self.services = self.file["services"]
        for name, service in self.services.items():
            if unknown := service.keys() - KNOWN:
                raise ValueError(f"{name}: what is {', '.join(unknown)}?")
        self.images, self.containers, self.groups = {}, {}, []
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo && exec sleep infinity"], stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        self.network = f"/proc/{self.holder.pid}/ns/net"

    def image(self, name):
        if name not in self.images:
            def ask(*arguments):
                return subprocess.run([*self.buildah, *arguments], check=True, capture_output=True, text=True).stdout.strip()

            stated = json.loads(ask("inspect", "--type", "image", name))["Docker"]["config"]
            defaults = {"Entrypoint": [], "Cmd": [], "Env": [], "User": "", "WorkingDir": "", "StopSignal": "SIGTERM"}
            root = ask("mount", ask("from", "--pull-never", name))
            self.images[name] = {**stated, "Root": root} | {key: stated.get(key) or default for key, default in defaults.items()}
        return self.images[name]

    @staticmethod
    def user(root, name):
        """The ids of a user, and of its group, by the image's own list."""
        with open(f"{root}/etc/passwd") as users:
            for entry in (line.split(":") for line in users):
                if name in (entry[0], entry[2]):
                    return int(entry[2]), int(entry[3])
        raise KeyError(name)

    def volume(self, root, name, target, *options):
        """A named volume; at first it has what the image has at its place, and belongs to the same user."""
        if name not in self.file["volumes"]:
            raise KeyError(name)
        folder = f"{self.folder}/volumes/{name}"
        if not os.path.exists(folder):
            os.makedirs(folder)
            if os.path.exists(root + target):
                subprocess.run(["cp", "-a", f"{root}{target}/.", folder], check=True)
        return (folder, target, *options)

    def neighbours(self, service):
        """The services that share a network with this one: it knows them by name."""
        def networks(one):
            return set() if "network_mode" in one else set(one.get("networks", ["default"]))

        return [name for name, other in self.services.items() if networks(service) & networks(other)]

    def limits(self, name, service):
        """Makes control groups with the service's limits; the files by which a process enters them."""
        one = os.path.exists("/sys/fs/cgroup/cgroup.controllers")
        files = []
        for controller, setting, value in [
                ("memory", "memory.max" if one else "memory.limit_in_bytes", "mem_limit" in service and size(service["mem_limit"])),
                ("pids", "pids.max", service.get("pids_limit"))]:
            if value:
                group = f"/sys/fs/cgroup{'' if one else '/' + controller}/erzycall-{os.getpid()}-{name}"
                if group not in self.groups:
                    os.mkdir(group)
                    self.groups.append(group)
                with open(f"{group}/{setting}", "w") as file:
                    file.write(str(value))
                files.append(f"{group}/cgroup.procs")
        return list(dict.fromkeys(files))

    def up(self):
        """Starts every service that does not run, each when what it depends on is as far as it wants it; all of them by name."""
        def start(name):
            if name in started:
                return
            service = self.services[name]
            for other, wanted in service.get("depends_on", {}).items():
                start(other)
                dependency = self.containers[other]
                if wanted["condition"] == "service_healthy":
                    wait(lambda: dependency.healthy, lambda: f"{other} is not healthy:\n{dependency.text()}")
                else:
                    wait(dependency.over.is_set, lambda: f"{other} goes on and on:\n{dependency.text()}")
                    if dependency.exit_code:
                        raise RuntimeError(f"{other} failed:\n{dependency.text()}")
            if name not in self.containers or self.containers[name].over.is_set():
                self.containers[name] = Container(self, name, service)
            started.append(name)

        started = []
        for name in self.services:
            start(name)
        return {name: self.containers[name] for name in started}

    def run(self, name, *command):
        """`docker compose run --rm`: a container more of a service, with a command of its own; what it printed."""
        container = Container(self, f"{name}-run-{secrets.token_hex(3)}", self.services[name], list(command), restarts=False)
        container.over.wait()
        if container.exit_code:
            raise RuntimeError(container.text())
        return container.text()

    def publish(self):
        """Passes what comes to the published ports on, as the engine's proxy does; the first address."""
        addresses = []
        for service in self.services.values():
            for text in service.get("ports", []):
                address, outside, inside = text.split(":")
                listener = socket.create_server((address, int(outside)))
                threading.Thread(target=self.accept, args=(listener, int(inside)), daemon=True).start()
                addresses.append(f"http://{address}:{outside}")
        return addresses[0]

    def accept(self, listener, port):
        # A thread that has entered the network leaves it to every thread that it begins.
        with open(self.network) as network:
            ctypes.CDLL(None).setns(network.fileno(), CLONE_NEWNET)
        while True:
            client, _ = listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", port))
            except OSError:
                client.close()
                continue
            for source, target in [(client, server), (server, client)]:
                threading.Thread(target=self.pass_on, args=(source, target), daemon=True).start()

    @staticmethod
    def pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            target.close()

    def stop(self):
        """`docker compose stop`: who depends on others first; the exit codes."""
        for container in reversed(list(self.containers.values())):
            container.stop()
        return {name: container.exit_code for name, container in self.containers.items()}

    def end(self):
        """Leaves nothing behind but files in its folder."""
        for container in self.containers.values():
            container.stopping = True
            container.signal(signal.SIGKILL)
            container.over.wait()
        self.holder.kill()
        self.holder.wait()
        for group in self.groups:
            os.rmdir(group)
