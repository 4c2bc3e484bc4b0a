"""One `postgres` process that does not outlive us."""

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from ecosystem_api.runtime.postgres.account import Account, identity
from ecosystem_api.runtime.postgres.errors import ServerStartError

FAST_SHUTDOWN = signal.SIGINT
IMMEDIATE_SHUTDOWN = signal.SIGQUIT
PASSED_ON_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")

_PR_SET_PDEATHSIG = 1
# Loaded here and not in the child: between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(parent_pid: int) -> None:
    """Ask the kernel, from inside the new child, to shut it down fast when its parent ends.

    Edges: only Linux can; elsewhere the next start on the same data directory ends a server left over.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(FAST_SHUTDOWN), 0, 0, 0)
    if os.getppid() != parent_pid:  # the parent ended before the request was made
        os._exit(1)


def server_environment() -> dict[str, str]:
    """Return the few variables a server needs, so that our secrets do not reach it and PG* cannot steer it."""
    kept = {name: os.environ[name] for name in PASSED_ON_VARIABLES if name in os.environ}
    # English messages that can be recognised; and macOS loads threads into a server whose locale is not set.
    return kept | {"LC_ALL": "C"}


class ServerProcess:
    """A running `postgres` and the thread that keeps it.

    The kernel's "parent" of a death signal is the thread that forked. The server is therefore started by a thread
    that lives as long as it does; started by a worker thread it would end when that worker does.
    """

    def __init__(self, command: list[str], *, account: Account | None, log: Path) -> None:
        """Start the command; return when it has a process id.

        Errors: ServerStartError when it cannot be executed.
        """
        self._ended = threading.Event()
        started: queue.SimpleQueue[subprocess.Popen[bytes] | Exception] = queue.SimpleQueue()
        with log.open("ab") as output:
            arguments = (command, account, output, started)
            threading.Thread(target=self._keep, args=arguments, name="embedded-postgres", daemon=True).start()
            outcome = started.get()
        if isinstance(outcome, Exception):
            raise ServerStartError(f"{command[0]} could not be executed: {outcome}") from outcome
        self._child = outcome
        self.pid = outcome.pid

    def has_ended(self, *, within_seconds: float = 0.0) -> bool:
        """Tell whether the process is gone, waiting for it up to a number of seconds."""
        return self._ended.wait(within_seconds)

    def end(self, *, patience_seconds: float) -> None:
        """Shut down fast; after the patience without waiting for a checkpoint; at last by force."""
        for signal_number in (FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN, signal.SIGKILL):
            self._child.send_signal(signal_number)
            if self.has_ended(within_seconds=patience_seconds):
                return

    def _keep(
        self,
        command: list[str],
        account: Account | None,
        output: IO[bytes],
        started: "queue.SimpleQueue[subprocess.Popen[bytes] | Exception]",
    ) -> None:
        parent_pid = os.getpid()
        try:
            child = subprocess.Popen(  # noqa: S603 - our own binary
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=server_environment(),
                umask=0o077,
                start_new_session=True,  # Ctrl-C in a terminal is for us; we stop the server when we are done with it
                preexec_fn=lambda: end_with_parent(parent_pid),  # after the change of user, which would undo it
                **identity(account),
            )
        except Exception as failure:  # whatever it is, the thread that waits for us reports it
            started.put(failure)
            return
        started.put(child)
        child.wait()
        self._ended.set()
