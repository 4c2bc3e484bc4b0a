"""Who serves a data directory: one supervisor at a time, and no server that it did not start."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

from ecosystem_api.runtime.postgres.errors import DataDirectoryError, DataDirectoryInUseError
from ecosystem_api.runtime.postgres.process import FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN

STATUS_LINE = 7
POLL_SECONDS = 0.02


class SupervisorLock:
    """A file lock that the kernel drops when its holder ends, however it ends; it also names the holder's server."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Become the one supervisor. Errors: DataDirectoryInUseError, DataDirectoryError."""
        if self._file is not None:
            return
        try:
            file = self._path.open("a+", encoding="ascii")
        except PermissionError as refused:
            raise DataDirectoryError(f"{self._path} belongs to another account; run as that account.") from refused
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._read(file)[0] or "unknown"
            file.close()
            raise DataDirectoryInUseError(
                f"{self._path.with_suffix('')} is already served by process {holder}. "
                "Stop that process, or use another data directory."
            ) from None
        self._file = file

    def recorded_server(self) -> int | None:
        """Return the process id of the last server started under this lock."""
        return self._read(self._file)[1] if self._file else None

    def record_server(self, server_pid: int) -> None:
        """Remember the server, so that a later supervisor knows it for ours."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(f"{os.getpid()} {server_pid}\n")
            self._file.flush()

    def release(self) -> None:
        """Let another supervisor have the data directory."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @staticmethod
    def _read(file: IO[str]) -> tuple[int | None, int | None]:
        file.seek(0)
        match file.read().split():
            case [supervisor, server]:
                return int(supervisor), int(server)
        return None, None


def read_pid_file(data_dir: Path) -> tuple[int, bool] | None:
    """Return the process id in `postmaster.pid` and whether it says the server is ready; None without a whole file."""
    try:
        lines = (data_dir / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return pid, len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def clear_the_way(data_dir: Path, recorded_server: int | None) -> None:
    """Make sure that no server runs on the data directory, ending one that a dead supervisor of ours left behind.

    Edges: a process id in `postmaster.pid` may be dead, or by now belong to something else.
    Errors: DataDirectoryInUseError for a live server that somebody else started.
    """
    if (entry := read_pid_file(data_dir)) is None:
        return
    pid, _ = entry
    if serves(pid, data_dir):
        if pid != recorded_server:
            raise DataDirectoryInUseError(
                f"{data_dir} is already served by a PostgreSQL started elsewhere (process {pid}). "
                "Stop that server, or use another data directory."
            )
        _end_left_over(pid, data_dir)
    elif _exists(pid):
        _disown_pid_file(data_dir)


def serves(pid: int, data_dir: Path) -> bool:
    """Tell whether a process is a live PostgreSQL server of this data directory.

    Edges: in doubt yes, since refusing wrongly is harmless and a second server is not.
    """
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data_dir  # a server's working directory is its data
    except FileNotFoundError:
        if Path("/proc/self").exists():  # so there is a /proc, and the process is gone or a zombie
            return False
    except PermissionError:
        pass  # root in a container may not look into other accounts' processes
    program, command_line = _command_of(pid)
    if program not in {"postgres", "postmaster"}:
        return False
    return str(data_dir) in command_line or " -D" not in command_line


def _command_of(pid: int) -> tuple[str, str]:
    """Return the program's file name and the whole command line; empty texts for a process that is gone."""
    if Path("/proc/self").exists():
        try:
            line = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return "", ""
        words = line.split("\0")
        return Path(words[0]).name, " ".join(words)
    ps = [shutil.which("ps") or "/bin/ps", "-ww", "-p", str(pid)]
    program, line = (
        subprocess.run([*ps, "-o", f"{column}="], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - a system program
        for column in ("comm", "command")
    )
    return Path(program).name, line


def _end_left_over(pid: int, data_dir: Path) -> None:
    for signal_number in (FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN, signal.SIGKILL):
        deadline = time.monotonic() + 10
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            return
        while time.monotonic() < deadline:
            if not serves(pid, data_dir):
                return
            time.sleep(POLL_SECONDS)
    raise DataDirectoryInUseError(f"The server left behind on {data_dir} (process {pid}) does not end.")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _disown_pid_file(data_dir: Path) -> None:
    # PostgreSQL would take the stranger for its predecessor and refuse. Deleting the file would also delete the key
    # of the shared memory, by which it notices orphaned backends still writing. It knows that the process id of its
    # own parent cannot be a predecessor's, so ours goes in and the rest stays.
    path = data_dir / "postmaster.pid"
    _, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([f"{os.getpid()}\n", *rest]), encoding="utf-8")
