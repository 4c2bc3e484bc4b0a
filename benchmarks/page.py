"""docs/performance.md: each command keeps its own part of the page and leaves the others' as they are."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path("docs/performance.md")
SECTIONS = ("Memory under load", "How well names are recognised", "Recognising customers", "The rules engine")


def measured_with(command: str) -> str:
    """When, by which command and on what the figures of a part were found."""
    machine = f"{os.cpu_count()} shared cores ({platform.machine()}), Python {platform.python_version()}"
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with `{command}` on {machine}; load average {os.getloadavg()[0]:.1f}"
    )


def keep(text: str, section: str = "") -> None:
    """Write a part of the page anew: a section of `SECTIONS` with its heading, or all that stands before them."""
    heads = "|".join(f"## {name}" for name in SECTIONS)
    first, *others = re.split(rf"^(?=(?:{heads})$)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    parts = {"": first} | {part.partition("\n")[0].removeprefix("## "): part for part in others}
    parts[section] = f"## {section}\n\n{text}" if section else text
    kept = [parts[name].rstrip() for name in ("", *SECTIONS) if name in parts]
    PAGE.write_text("\n\n".join(kept) + "\n", encoding="utf-8")
