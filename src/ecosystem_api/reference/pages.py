"""Which pages there are, whether they are current, and how they are written."""

import json
from pathlib import Path

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.areas import catalog
from ecosystem_api.reference import deprecations, errors, events, facts, imports, permissions, rooms, settings
from ecosystem_api.runtime.settings import Settings

NOTE = "<!-- Made from the code by `make docs`. Change the code, not this page. -->\n"
ENV_EXAMPLE = ".env.example"
OPENAPI = "openapi/openapi.json"
# The document needs an application, and an application a configuration; it connects to nothing.
_NOWHERE = {"DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1/none", "secret": "no secret is used to write pages"}


def pages() -> dict[str, str]:
    """Every generated page as it should be: path below the project's folder, and text."""
    offers, contract = catalog(), openapi_text()
    written = {
        "docs/permissions.md": permissions.render(offers),
        "docs/errors.md": errors.render(),
        "docs/events.md": events.render(offers),
        "docs/rooms.md": rooms.render(offers),
        "docs/deprecations.md": deprecations.render(offers),
        "docs/imports.md": imports.render(offers),
        "docs/facts.md": facts.render(json.loads(contract)),
        "docs/settings.md": settings.render(),
    }
    plain = {ENV_EXAMPLE: settings.render_env(), OPENAPI: contract}
    return {name: NOTE + "\n" + text for name, text in written.items()} | plain


def openapi_text() -> str:
    """The contract as it is kept in the repository: sorted, so that a change shows as the lines that changed."""
    nowhere = Settings(**_NOWHERE, base_url="", host="127.0.0.1", port=8000)  # type: ignore[arg-type]
    document = create_app(build_machinery(nowhere)).openapi()
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def stale(root: Path) -> list[str]:
    """The pages that do not say what the code says."""
    return [name for name, text in pages().items() if not _says(root / name, text)]


def write_all(root: Path) -> list[str]:
    """Write the pages that are stale; answer which."""
    changed = []
    for name, text in pages().items():
        if not _says(root / name, text):
            _write(root / name, text)
            changed.append(name)
    return changed


def write_openapi(root: Path) -> None:
    """Write the OpenAPI document alone."""
    _write(root / OPENAPI, openapi_text())


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
