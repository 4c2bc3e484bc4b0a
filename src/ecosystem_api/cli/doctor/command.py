"""Examine everything, tell it as a table, and end with exit code 1 when anything is wrong."""

import asyncio
import os
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecosystem_api.cli.doctor.database import examine_database
from ecosystem_api.cli.doctor.finding import Finding, Verdict, fine, unknown, wrong
from ecosystem_api.cli.doctor.machine import examine_disk, examine_port, examine_python
from ecosystem_api.cli.installation import find_installation
from ecosystem_api.cli.terminal import explain, print_json
from ecosystem_api.runtime.safety import unknown_variables
from ecosystem_api.runtime.settings import Settings

COLOURS = {Verdict.FINE: "green", Verdict.WRONG: "bold red", Verdict.UNKNOWN: "yellow"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False) -> None:
    """Say what is wrong with this installation and what to do. Changes nothing; exit code 1 if anything is wrong."""
    findings = asyncio.run(examine())
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        _tell(findings)
    if any(finding.verdict is not Verdict.FINE for finding in findings):
        raise typer.Exit(1)


async def examine() -> list[Finding]:
    """Every finding about this installation, the cheapest first."""
    findings = [examine_python()]
    try:
        settings = find_installation()
    except ValidationError as error:
        return [
            *findings,
            wrong("settings", str(explain(error)), "correct the variable"),
            unknown("database", "as above"),
        ]
    except RuntimeError as error:
        return [*findings, wrong("settings", "DATABASE_URL is not set", str(error)), examine_disk(Settings().data_dir)]
    findings += [examine_disk(settings.data_dir), examine_port(settings)]
    if not settings.secret:
        remedy = "set it to the installation's secret, or for a new one to the output of `openssl rand -hex 32`"
        return [*findings, wrong("settings", "ECOSYSTEM_SECRET is not set", remedy), unknown("database", "no secret")]
    unknown_ones = "; ".join(unknown_variables(os.environ))
    complete = wrong("settings", unknown_ones, "correct or unset it") if unknown_ones else fine("settings", "complete")
    return [*findings, complete, *await examine_database(settings)]


def _tell(findings: list[Finding]) -> None:
    table = Table("", "", "found", box=None, pad_edge=False, header_style="bold")
    for finding in findings:
        told = f"{finding.found}\n→ {finding.remedy}" if finding.remedy else finding.found
        table.add_row(finding.subject, Text(finding.verdict, COLOURS[finding.verdict]), told)
    console = Console(highlight=False, markup=False)
    console.print(table)
    ills = sum(finding.verdict is Verdict.WRONG for finding in findings)
    console.print("\nEverything is as it should be." if not ills else f"\n{ills} to put right.")
