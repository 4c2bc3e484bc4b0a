"""The table of contents of the documentation: it names every page, and what it names is there."""

import re
from pathlib import Path

from ecosystem_api.runtime.pages.library import CONTENTS, address_of, read_library

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_stands_in_the_table_of_contents() -> None:
    library = read_library(ROOT)
    written = {
        path.relative_to(ROOT).as_posix() for folder in ("docs", "docs/guides") for path in ROOT.glob(f"{folder}/*.md")
    }
    forgotten = sorted(file for file in written if address_of(file) not in library.pages)
    assert not forgotten, f"name {', '.join(forgotten)} in {CONTENTS}: what is not named there is not served"
    assert len(written) >= 12


def test_the_image_carries_what_is_served() -> None:
    copied = " ".join(re.findall(r"^COPY (?!--from)(.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)).split()
    for file in ("docs", "CHANGELOG.md", "alembic.ini"):
        assert file in copied
        assert f"!{file}" in (ROOT / ".dockerignore").read_text().split()


def test_every_decision_has_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert numbers == [f"{place:04}" for place in range(1, len(pages) + 1)]
    for page in pages:
        assert page.read_text().startswith(f"# {int(page.name[:4])}. "), page.name
