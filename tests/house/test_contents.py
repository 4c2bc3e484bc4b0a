"""The table of contents of the documentation: it names every page, and what it names is there."""

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
    steps = (ROOT / "Dockerfile").read_text()
    for file in ("docs", "alembic.ini"):
        assert f"COPY {file} " in steps
        assert f"!{file}" in (ROOT / ".dockerignore").read_text().split()
