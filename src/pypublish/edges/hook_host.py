"""Imports a build backend once and forks for each hook. Runs in the build environment, with its Python, by itself.

`hook_host.py CHANNEL MODULE`: CHANNEL is the descriptor of a socket that keeps messages apart. It says `ready` when
the backend is imported, or `unfit` when forking would not be safe. Each message then is a hook to run, with a
descriptor for its output, and is answered by the exit code. Between hooks it imports what the last one had to import
of the backend and of the standard library, so that the next need not. Only the standard library, and only Linux.
"""

import sys

if __name__ == "__main__":
    del sys.path[0]  # this folder: neither the backend nor the standard library is to find our modules

import array
import contextlib
import gc
import json
import os
import select
import signal
import socket
import types

MESSAGE = 1 << 20


def main() -> None:
    """Serve until the channel is closed; return in a child, for the interpreter to end as after any script."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    _import([sys.argv[2]])
    if not _can_fork():
        channel.send(b"unfit")
        return
    channel.send(b"ready")
    imported = os.memfd_create("modules")
    while _can_fork():
        gc.freeze()  # what is here now is not for a child's collector to look through
        message, output = _receive(channel)
        if not message:
            return
        order = json.loads(message)
        code = _compile(order["args"][0])
        child = os.fork()
        if child == 0:
            channel.close()
            _become(order["args"], order["cwd"], order["environ"], output)
            exec(code, vars(sys.modules["__main__"]))  # noqa: S102 - as the interpreter does
            os.pwrite(imported, "\n".join(sys.modules).encode(), 0)
            return
        os.close(output)
        _attend(child, channel)
        _import(_shared(os.pread(imported, MESSAGE, 0).decode().split("\n")))
        os.ftruncate(imported, 0)


def _can_fork() -> bool:
    if sys.version_info < (3, 10) or not hasattr(os, "pidfd_open"):
        return False
    # A thread would be missing in the child, with whatever it held locked.
    with os.scandir("/proc/self/task") as threads:
        return len(list(threads)) == 1


def _import(modules: "list[str]") -> None:
    for module in modules:
        with contextlib.suppress(BaseException):  # a hook that needs it will fail likewise and report it
            __import__(module)


def _shared(modules: "list[str]") -> "list[str]":
    """Return those that belong to packages which are here already, or to Python: no hook made them its own."""
    tops = {name.partition(".")[0] for name in sys.modules} | set(sys.stdlib_module_names)
    return [name for name in modules if name.partition(".")[0] in tops and name not in sys.modules]


def _receive(channel: socket.socket) -> "tuple[bytes, int]":
    descriptors = array.array("i")
    message, ancillary, _, _ = channel.recvmsg(MESSAGE, socket.CMSG_LEN(descriptors.itemsize))
    for _, _, data in ancillary:
        descriptors.frombytes(data[: descriptors.itemsize])
    return message, descriptors[0] if descriptors else -1


_compiled: "dict[str, types.CodeType]" = {}


def _compile(script: str) -> types.CodeType:
    if script not in _compiled:
        with open(script, "rb") as source:  # noqa: PTH123 - no more imports
            _compiled[script] = compile(source.read(), script, "exec")
    return _compiled[script]


def _become(args: "list[str]", folder: str, environ: "dict[str, str]", output: int) -> None:
    """Turn this forked process into one that was started in `folder` with `args`, the first of them a script."""
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.chdir(folder)
    os.environ.update(environ)
    sys.argv = args
    module = types.ModuleType("__main__")
    module.__file__ = args[0]
    sys.modules["__main__"] = module


def _attend(child: int, channel: socket.socket) -> None:
    """Wait for a child, end what it leaves behind, and report; when the channel is hung up, end it."""
    handle = os.pidfd_open(child)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(channel, select.POLLIN)
    ended = any(descriptor == handle for descriptor, _ in poll.poll())
    os.close(handle)
    if not ended:
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):  # nobody is left, or the child has no group of its own yet
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if ended:
        channel.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    main()
