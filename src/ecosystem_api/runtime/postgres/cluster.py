"""The files of a server: its data directory, made once and whole, and what lies beside it."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from ecosystem_api.runtime.postgres.account import Account, first_closed_directory, give_to, identity, short_digest
from ecosystem_api.runtime.postgres.binaries import major_version
from ecosystem_api.runtime.postgres.errors import DataDirectoryError, ServerStartError
from ecosystem_api.runtime.postgres.process import server_environment

SUPERUSER = "postgres"
BUILTIN_LOCALES_SINCE = 17
# sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the terminating zero.
LONGEST_SOCKET_PATH = 103


def beside(data_dir: Path, ending: str) -> Path:
    """Return the path of a file that belongs to a data directory and lies next to it."""
    return data_dir.with_name(f"{data_dir.name}.{ending}")


def make_parents(data_dir: Path, account: Account | None) -> None:
    """Make the directories above the data directory. Errors: DataDirectoryError when the account cannot pass them."""
    for parent in reversed(data_dir.parents):
        if not parent.exists():
            parent.mkdir(exist_ok=True)
            if account is not None:
                parent.chmod(0o755)
    if closed := first_closed_directory(account, data_dir.parent):
        name = account.name if account else "the current user"
        raise DataDirectoryError(
            f"PostgreSQL does not run as root, and the account {name} cannot enter {closed}. "
            f"Use a data directory outside it (suitable_data_dir names one) or open it with: chmod o+x {closed}"
        )


def ensure_cluster(data_dir: Path, *, binaries: Path, account: Account | None, durable: bool) -> None:
    """Create the database files on first use: UTF-8, `C.UTF-8` where there is one, passwords required.

    Edges: the files appear under their name only when complete, so an interrupted creation starts again.
    Errors: DataDirectoryError when the directory holds something else; ServerStartError when `initdb` fails.
    """
    if (data_dir / "PG_VERSION").exists():
        return
    if data_dir.exists() and any(data_dir.iterdir()):
        raise DataDirectoryError(f"{data_dir} is not empty and not a PostgreSQL data directory; name another one.")
    draft = beside(data_dir, "new")
    password_file = beside(data_dir, "password")
    _write_password(password_file, account)
    complaints = ""
    for locale in _locale_choices(major_version(binaries)):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        give_to(account, draft)
        command = [str(binaries / "initdb"), f"--pgdata={draft}", f"--username={SUPERUSER}", "--encoding=UTF8"]
        command += [*locale, "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-instructions"]
        command += [] if durable else ["--no-sync"]
        outcome = subprocess.run(  # noqa: S603 - our own binary
            command, capture_output=True, text=True, check=False, cwd="/", env=server_environment(), **identity(account)
        )
        if outcome.returncode == 0:
            draft.rename(data_dir)
            return
        complaints = outcome.stderr.strip()
        if "locale" not in complaints:
            break
    shutil.rmtree(draft, ignore_errors=True)
    raise ServerStartError(f"initdb could not create {data_dir}:\n{complaints}")


def read_password(data_dir: Path) -> str:
    """Return the superuser's password. Errors: DataDirectoryError when its file is lost."""
    path = beside(data_dir, "password")
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise DataDirectoryError(
            f"{path} is missing, so nobody can log in to {data_dir}. Put it back, or delete both to start afresh."
        ) from None


def make_socket_dir(data_dir: Path, account: Account | None, port: int) -> Path:
    """Return an empty directory for the server's socket that only its account may enter.

    Edges: beside the data, or below the system's temporary directory when that path is too long for a socket.
    Errors: DataDirectoryError when the directory is not ours.
    """
    directory = beside(data_dir, "socket")
    if len(os.fsencode(directory / f".s.PGSQL.{port}")) > LONGEST_SOCKET_PATH:
        directory = Path(tempfile.gettempdir()) / f"ecosystem-api-{short_digest(str(data_dir))}"
    try:
        directory.mkdir(mode=0o700)
        give_to(account, directory)
    except FileExistsError:
        owner = account.uid if account else os.geteuid()
        if directory.is_symlink() or not directory.is_dir() or directory.lstat().st_uid != owner:
            raise DataDirectoryError(f"{directory} belongs to somebody else; remove it.") from None
        directory.chmod(0o700)
    for left_over in directory.iterdir():
        left_over.unlink()
    return directory


def _write_password(path: Path, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(24))
    give_to(account, path)  # initdb reads it as that account


def _locale_choices(version: int) -> list[list[str]]:
    # The provider decides about order and case; the C library's character classes still decide what a word is for
    # text search and trigrams, so UTF-8 is wanted there as well and plain C is only the last resort.
    classes = ["C.UTF-8", "en_US.UTF-8", "C"]
    if version >= BUILTIN_LOCALES_SINCE:
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return [[*builtin, f"--lc-ctype={name}"] for name in classes]
    return [["--locale=C", f"--lc-ctype={name}"] for name in classes]
