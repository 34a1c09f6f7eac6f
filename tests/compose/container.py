"""Becomes a process of a container: started in namespaces of its own, it mounts what its specification says, gives up its rights, and
runs the command in its place. Usage: container.py SPECIFICATION (JSON)"""
import ctypes
import json
import os
import subprocess
import sys

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
DEVICES = ["full", "null", "random", "urandom", "zero"]


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def bind(source, target, *options):
    mount("--bind", source, target)
    if options:
        mount("-o", f"remount,bind,{','.join(options)}", target)


def main(*, root, limits, volumes, tmpfs, read_only, user, group, capabilities, new_privileges, folder, environment, command):
    for processes in limits:
        with open(processes, "w") as file:
            file.write("0")

    bind(root, root)
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("--rbind", "/sys", f"{root}/sys")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", f"{root}/dev")
    for device in DEVICES:
        open(f"{root}/dev/{device}", "w").close()
        bind(f"/dev/{device}", f"{root}/dev/{device}")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    os.mkdir(f"{root}/dev/shm")
    mount("-t", "tmpfs", "-o", "mode=1777,size=64m", "tmpfs", f"{root}/dev/shm")
    for source, target, *options in volumes:
        bind(source, root + target, *options)
    for target, options in tmpfs:
        mount("-t", "tmpfs", "-o", ",".join(["mode=1777", "noexec", "nosuid", "nodev", *options]), "tmpfs", root + target)
    if read_only:
        mount("-o", "remount,bind,ro", root)

    os.chroot(root)
    os.chdir(folder)
    kernel = ctypes.CDLL(None)
    if not capabilities:
        with open("/proc/sys/kernel/cap_last_cap") as last:
            for capability in range(int(last.read()) + 1):
                kernel.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if not new_privileges:
        kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    os.execvpe(command[0], command, environment)


main(**json.loads(sys.argv[1]))
