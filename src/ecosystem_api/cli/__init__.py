"""The command `ecosystem-api`: what the operator of an installation does. One module is one group of commands.

Nothing here decides anything: the commands call what routes and workers call, or use the HTTP API like any client.
"""

import sys
from collections.abc import Sequence

import typer

from ecosystem_api.cli import clients, contract, demo, doctor, importing, processes, run, schema, token, vendors
from ecosystem_api.cli.terminal import FORESEEN, explain

app = typer.Typer(
    name="ecosystem-api",
    help="Run and look after an installation of the Ecosystem API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(processes.serve)
app.command()(processes.worker)
app.command()(schema.migrate)
app.command()(demo.demo)
app.command()(token.token)
app.command()(doctor.doctor)
app.command("import")(importing.import_file)
app.command()(contract.openapi)
app.add_typer(vendors.commands, name="vendors")
app.add_typer(clients.commands, name="clients")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, by default the one on the command line, and exit.

    Edges: what could be foreseen ends as one sentence and exit code 1, never as a stack trace.
    """
    try:
        app(args=arguments)
    except FORESEEN as error:
        sentence = explain(error)
        if sentence is None:
            raise
        typer.secho(f"error: {sentence}", err=True, fg="red")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
