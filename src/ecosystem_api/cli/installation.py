"""Which installation a command is about: the environment's, or the one that `ecosystem-api run` runs in this folder."""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ecosystem_api.runtime.safety import refuse_unsafe
from ecosystem_api.runtime.settings import Settings


def find_installation() -> Settings:
    """The settings of the environment, completed from a running `ecosystem-api run`.

    Edges: the notes of `run` complete only what they are about; a DATABASE_URL of another server is left alone.
    Errors: RuntimeError when no database is named and none runs here; ValidationError for a setting that is wrong.
    """
    settings = Settings()
    note = read_private(settings.data_dir / "running.json") or {}
    if settings.database_url and settings.database_url != note.get("database_url"):
        return settings
    if not note:
        raise RuntimeError(
            "no database is named: set DATABASE_URL (and ECOSYSTEM_SECRET) of the installation, "
            "or start one here with `make run`"
        )
    changes = {name: note[name] for name in ("database_url", "secret", "base_url")}
    return settings.model_copy(update={name: value for name, value in changes.items() if not getattr(settings, name)})


def production_settings() -> Settings:
    """The settings of a process that serves: complete and safe, or refused.

    Errors: RuntimeError for what is missing or contradicts itself; ValidationError for a setting that is wrong.
    """
    settings = Settings()
    refuse_unsafe(settings)
    note = read_private(settings.data_dir / "running.json") or {}
    if settings.environment == "production" and settings.database_url == note.get("database_url"):
        raise RuntimeError(
            "DATABASE_URL is the embedded server of `make run`, which is for development and lets anyone on this "
            "machine in: name a PostgreSQL of your own"
        )
    return settings


def development_secret(data_dir: Path, existing_data: Path | None) -> str:
    """The secret of this folder's installation, made on first use and kept in `secret`, readable by its owner alone.

    Errors: RuntimeError when there is data, whose keys only the lost secret opens.
    """
    path = data_dir / "secret"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    if existing_data is not None:
        raise RuntimeError(
            f"{path} is missing, and the data in {existing_data} can only be used with it: put it back, "
            "set ECOSYSTEM_SECRET, or delete that folder to start afresh"
        )
    secret = secrets.token_hex(32)
    write_private(path, secret + "\n")
    return secret


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read. Edges: whole or not at all, also in a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_private(path: Path) -> dict[str, Any] | None:
    """The JSON object of a file of ours; None when it is not there or not whole."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def without_credentials(url: str) -> str:
    """A database's address without the owner's login: all that a serving process needs, since it has its own."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
