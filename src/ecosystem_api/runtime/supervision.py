"""Child processes that are restarted when they die, and never outlive the process that started them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0
ORPHAN_SECONDS = 3.0
FINISH_SECONDS = 25  # for what is in hand; under the 30 s an orchestrator waits before it kills


class Child:
    """One child process, kept running from `start` to `stop`.

    Shape: the child's standard input is its lifeline, a pipe that only this process holds open. When this process
    ends, however it ends, the kernel closes the pipe, and the child, which called `hold_lifeline`, ends too. That
    works on every system and from every thread, which a parent-death signal does not. Its first line is the child's
    settings: until they are told it reads its code, which takes longer than all else, and waits.
    Units: the pause before a restart is half a second and doubles up to ten, until the child has run for thirty.
    """

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], pass_fds: Sequence[int] = ()
    ) -> None:
        self.name = name
        self.restarts = 0
        self._command = list(command)
        self._environment = dict(environment)
        self._pass_fds = tuple(pass_fds)
        self._settings: bytes | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._restart_at: float | None = None
        self._pause = FIRST_PAUSE_SECONDS

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process. Errors: OSError when it cannot be executed."""
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            env=self._environment,
            pass_fds=self._pass_fds,
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C in a terminal is for us; we end our children in order
        )
        self._started_at = time.monotonic()
        self._restart_at = None
        if self._settings is not None:
            self._hand_over(self._settings)

    def tell(self, settings: Mapping[str, str]) -> None:
        """Let the child begin, with these variables besides its environment; so does every restart."""
        self._settings = json.dumps(dict(settings)).encode() + b"\n"
        self._hand_over(self._settings)

    def tend(self) -> str | None:
        """Restart the process if it ended by itself and its pause is over; answer what there is to tell, or None."""
        if self._process is None or self._process.poll() is None:
            return None
        now = time.monotonic()
        if self._restart_at is None:
            was_steady = now - self._started_at >= STEADY_SECONDS
            self._pause = FIRST_PAUSE_SECONDS if was_steady else self._pause
            self._restart_at = now + self._pause
            pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            return f"{self.name} {_how_it_ended(self._process.returncode)}; it starts again in {pause:g} s"
        if now >= self._restart_at:
            self._drop_lifeline()
            self.start()
            self.restarts += 1
        return None

    def stop(self, patience_seconds: float) -> None:
        """Ask the process to end, and after the patience, or an impatient Ctrl-C, end it by force."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(patience_seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _hand_over(self, settings: bytes) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended already, and will be started again
                self._process.stdin.write(settings)

    def _drop_lifeline(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def hold_lifeline() -> None:
    """In a child: wait for the settings; from then on end when standard input does, in order within three seconds.

    Errors: SystemExit when whoever should have told them is gone.
    """
    settings = sys.stdin.buffer.readline()
    if not settings:
        sys.exit(1)
    os.environ.update(json.loads(settings))

    def watch() -> None:
        while os.read(0, 64):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ORPHAN_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _how_it_ended(returncode: int) -> str:
    if returncode >= 0:
        return f"ended with exit code {returncode}"
    try:
        return f"was ended by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"was ended by signal {-returncode}"
