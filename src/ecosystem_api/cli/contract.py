"""The contract of the API, for generators and gateways."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.cli.terminal import answers
from ecosystem_api.runtime.settings import Settings

UNUSED = "no secret is used"


def openapi(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else standard output.")] = None,
) -> None:
    """Write the OpenAPI 3.1 contract of this version as JSON. Needs no database."""
    contract = create_app(build_machinery(_any_settings())).openapi()
    text = json.dumps(contract, indent=2, ensure_ascii=False)
    if output is None:
        answers.print(text, markup=False)
    else:
        output.write_text(text + "\n", encoding="utf-8")


def _any_settings() -> Settings:
    # The contract is the same for every installation, so nothing of this one's environment goes into it; a secret and
    # a database are named because a process has them, and neither is used.
    return Settings.model_construct(
        database_url="postgresql://127.0.0.1/contract", secret=UNUSED, base_url="https://api.example.com"
    )
