"""The operating system's account the server runs as: PostgreSQL refuses to run as root."""

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecosystem_api.runtime.postgres.errors import EmbeddedPostgresError

UNPRIVILEGED_ACCOUNTS = ("postgres", "_postgres", "nobody")
SHARED_STATE_DIRS = (Path("/var/lib"), Path("/var/db"))


@dataclass(frozen=True)
class Account:
    """An existing account of this machine that is not root."""

    name: str
    uid: int
    gid: int


def server_account(data_dir: Path) -> Account | None:
    """Return the account that must own the server, or None when it is our own.

    Edges: files that already belong to an account are served by that account, whoever would be chosen today.
    Errors: EmbeddedPostgresError when root finds no unprivileged account; none is ever created.
    """
    if os.geteuid() != 0:
        return None
    if (data_dir / "PG_VERSION").exists() and (owner := data_dir.stat()).st_uid != 0:
        return Account(_name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL refuses to run as root and this machine has none of the accounts "
        f"{', '.join(UNPRIVILEGED_ACCOUNTS)}; run as an ordinary user or set DATABASE_URL."
    )


def identity(account: Account | None) -> dict[str, Any]:
    """Return the arguments with which `subprocess` starts a child as this account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def give_to(account: Account | None, path: Path) -> None:
    """Make the account the owner of one file or directory."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def first_closed_directory(account: Account | None, directory: Path) -> Path | None:
    """Return the outermost directory on the way that the account may not enter, or None when the way is open.

    Edges: directories that do not exist yet are open, since whoever makes them decides; access lists are not read.
    """
    if account is None:
        return None
    for step in reversed([directory, *directory.parents]):
        if not step.exists():
            return None
        status = step.stat()
        if status.st_uid == account.uid:
            bit = 0o100
        elif status.st_gid == account.gid:
            bit = 0o010
        else:
            bit = 0o001
        if not status.st_mode & bit:
            return step
    return None


def suitable_data_dir(preferred: Path) -> Path:
    """Return the preferred directory, or for root a lasting place of its own when the server could not enter it.

    Edges: root's home is closed to every other account, so a checkout inside it cannot hold the data.
    """
    preferred = preferred.resolve()
    account = server_account(preferred)
    if first_closed_directory(account, preferred.parent) is None:
        return preferred
    base = next((place for place in SHARED_STATE_DIRS if place.is_dir()), Path(tempfile.gettempdir()).resolve())
    return base / "ecosystem-api" / f"{preferred.name}-{short_digest(str(preferred))}"


def short_digest(text: str) -> str:
    """Return twelve characters that stand for a text in a file name."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
