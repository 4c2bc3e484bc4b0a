"""The machine: Python, port, disk."""

import shutil
import socket
import sys
from pathlib import Path

import httpx

from ecosystem_api.cli.doctor.finding import Finding, fine, wrong
from ecosystem_api.runtime.safety import WILDCARD_HOSTS
from ecosystem_api.runtime.settings import Settings

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1 << 30
PATIENCE_SECONDS = 3.0


def examine_python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """The interpreter is one we support."""
    told = ".".join(str(part) for part in version)
    if version < OLDEST_PYTHON:
        return wrong("Python", told, "install Python 3.11 or later and make the environment again: `make clean run`")
    return fine("Python", told)


def examine_port(settings: Settings) -> Finding:
    """Nobody but this service listens on its port."""
    host = "127.0.0.1" if settings.host in WILDCARD_HOSTS else settings.host
    where = f"[{host}]:{settings.port}" if ":" in host else f"{host}:{settings.port}"
    try:
        with socket.create_connection((host, settings.port), PATIENCE_SECONDS):
            pass
    except OSError:
        return fine("port", f"{where} is free")
    try:
        answer = httpx.get(f"http://{where}/livez", timeout=PATIENCE_SECONDS, trust_env=False)
        is_ours = answer.json() == {"status": "ok"}
    except (httpx.HTTPError, ValueError):
        is_ours = False
    if is_ours:
        return fine("port", f"this service answers on {where}")
    return wrong("port", f"something else listens on {where}", "stop it, or set ECOSYSTEM_PORT to another port")


def examine_disk(folder: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> Finding:
    """There is room where this machine keeps our data."""
    place = next(step for step in (folder.resolve(), *folder.resolve().parents) if step.exists())
    free = shutil.disk_usage(place).free
    told = f"{free / (1 << 30):.1f} GiB free at {place}"
    if free < least_free_bytes:
        return wrong("disk", told, "free some space, or set ECOSYSTEM_DATA_DIR to a folder on a larger disk")
    return fine("disk", told)
