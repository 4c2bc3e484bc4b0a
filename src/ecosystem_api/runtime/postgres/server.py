"""The supervisor of one embedded server."""

import atexit
import contextlib
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from ecosystem_api.runtime.postgres.account import server_account
from ecosystem_api.runtime.postgres.binaries import binaries_for
from ecosystem_api.runtime.postgres.cluster import (
    SUPERUSER,
    beside,
    ensure_cluster,
    make_parents,
    make_socket_dir,
    read_password,
)
from ecosystem_api.runtime.postgres.errors import EmbeddedPostgresError, ServerStartError
from ecosystem_api.runtime.postgres.ownership import SupervisorLock, clear_the_way, read_pid_file
from ecosystem_api.runtime.postgres.process import ServerProcess

HOST = "127.0.0.1"
START_PATIENCE_SECONDS = 120.0  # recovery after a crash replays the journal
ORPHAN_PATIENCE_SECONDS = 15.0
STOP_PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.004
PORT_ATTEMPTS = 5


class EmbeddedPostgres:
    """One PostgreSQL server on one data directory, alive between `start` and `stop` and never longer than we are.

    Shape: beside `<data_dir>` lie `.password` (the superuser's, mode 0600), `.log`, `.lock` and `.socket`.
    Units: one `max_connections` is one client connection.
    Edges: `durable=False` gives up safety in a power failure for speed; for tests only.
    """

    def __init__(
        self, data_dir: Path, *, durable: bool = True, port: int | None = None, max_connections: int = 100
    ) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self.log_file = beside(self.data_dir, "log")
        self.socket_dir: Path | None = None
        self._durable = durable
        self._port = port
        self._max_connections = max_connections
        self._password = ""
        self._lock = SupervisorLock(beside(self.data_dir, "lock"))
        self._process: ServerProcess | None = None
        self._supervisor_pid = os.getpid()
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Return with a server that answers, creating the database files on first use.

        Edges: does nothing while the server runs; a second start gets the same port.
        Errors: BinariesNotFoundError, DataDirectoryError, DataDirectoryInUseError, ServerStartError.
        """
        with self._turn:
            if self.is_running():
                return
            account = server_account(self.data_dir)
            make_parents(self.data_dir, account)
            self._lock.acquire()
            try:
                clear_the_way(self.data_dir, self._lock.recorded_server())
                binaries = binaries_for(account)
                ensure_cluster(self.data_dir, binaries=binaries, account=account, durable=self._durable)
                self._password = read_password(self.data_dir)
                self._launch_until_ready(binaries)
            except BaseException:
                self._end_process()
                self._lock.release()
                raise
            self._supervisor_pid = os.getpid()
            atexit.register(self.stop)

    def stop(self) -> None:
        """Shut the server down fast, ending open connections; after ten seconds without a checkpoint.

        Edges: does nothing when it is not running, nor in a process that was forked from the one that started it.
        """
        if os.getpid() != self._supervisor_pid:
            return
        with self._turn:
            self._end_process()
            self._lock.release()
            atexit.unregister(self.stop)

    def ensure_running(self) -> bool:
        """Start the server again if it ended by itself: same port, same data. Return whether that was necessary."""
        with self._turn:
            if self.is_running():
                return False
            self.start()
            return True

    def is_running(self) -> bool:
        """Tell whether the server process is alive."""
        return self._process is not None and not self._process.has_ended()

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it is not running."""
        return self._process.pid if self._process is not None and self.is_running() else None

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1. Errors: EmbeddedPostgresError before the first start chose one."""
        if self._port is None:
            raise EmbeddedPostgresError("The port is chosen by the first start.")
        return self._port

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database, with the superuser's name and password.

        Errors: EmbeddedPostgresError before the first start.
        """
        return f"postgresql://{SUPERUSER}:{quote(self._password)}@{HOST}:{self.port}/{quote(database, safe='')}"

    def _launch_until_ready(self, binaries: Path) -> None:
        """Start the process, again while orphans of a crashed server end or a port we chose was taken meanwhile."""
        port_is_ours_to_choose = self._port is None
        attempts = 0
        orphans_until = time.monotonic() + ORPHAN_PATIENCE_SECONDS
        while True:
            if port_is_ours_to_choose:
                self._port = _free_port()
            complaint = self._launch(binaries)
            if complaint is None:
                return
            attempts += 1
            if "is still in use" in complaint and time.monotonic() < orphans_until:
                time.sleep(0.05)  # the backends of a killed server notice within moments
            elif not (port_is_ours_to_choose and "Address already in use" in complaint and attempts < PORT_ATTEMPTS):
                if port_is_ours_to_choose:
                    self._port = None
                raise ServerStartError(f"PostgreSQL did not start on {self.data_dir}:\n{complaint}")

    def _launch(self, binaries: Path) -> str | None:
        """Start the process once; return None when it is ready, or what it wrote before it ended."""
        account = server_account(self.data_dir)
        self.socket_dir = make_socket_dir(self.data_dir, account, self.port)
        log_begins_at = self.log_file.stat().st_size if self.log_file.exists() else 0
        process = ServerProcess(self._command(binaries, self.socket_dir), account=account, log=self.log_file)
        self._process = process
        self._lock.record_server(process.pid)
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while not process.has_ended(within_seconds=POLL_SECONDS):
            if read_pid_file(self.data_dir) == (process.pid, True):
                return None
            if time.monotonic() > deadline:
                raise ServerStartError(f"PostgreSQL is not ready after {START_PATIENCE_SECONDS:g} s: {self.log_file}")
        with self.log_file.open("rb") as log:
            log.seek(log_begins_at)
            return log.read().decode(errors="replace").strip() or "it ended without a message"

    def _command(self, binaries: Path, socket_dir: Path) -> list[str]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": str(socket_dir),
            "max_connections": str(self._max_connections),
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            "random_page_cost": "1.1",  # no disk turns any more: an index is worth its while for few rows too
            "logging_collector": "off",
            "log_destination": "stderr",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(binaries / "postgres"), "-D", str(self.data_dir)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.end(patience_seconds=STOP_PATIENCE_SECONDS)
            self._process = None


@contextlib.contextmanager
def throwaway_postgres(*, max_connections: int = 100) -> Iterator[EmbeddedPostgres]:
    """Run a fast server without durability on a directory that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="ecosystem-api-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        directory.chmod(0o711)  # as root the server is another account and has to pass through
        with EmbeddedPostgres(directory / "data", durable=False, max_connections=max_connections) as server:
            yield server


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
