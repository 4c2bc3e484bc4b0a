"""The command `ecosystem-api`: what the operator of an installation does. One module is one group of commands.

Nothing here decides anything: the commands call what routes and workers call, or use the HTTP API like any client.
"""

import gc
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

import typer

_PLACES = {
    "run": "run:run",
    "serve": "processes:serve",
    "worker": "processes:worker",
    "migrate": "schema:migrate",
    "restore": "restore:commands",
    "demo": "demo:demo",
    "token": "token:token",
    "doctor": "doctor:doctor",
    "import": "importing:import_file",
    "openapi": "contract:openapi",
    "vendors": "vendors:commands",
    "clients": "clients:commands",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, by default the one on the command line, and exit.

    Edges: what could be foreseen ends as one sentence and exit code 1, never as a stack trace.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    named = arguments[0] if arguments else ""
    try:
        gc.disable()  # nothing that is imported is garbage, and looking for some takes a sixth of the start
        app = _with_commands([named] if named in _PLACES else _PLACES)
        gc.enable()
        app(args=arguments)
    except Exception as error:
        from ecosystem_api.cli.terminal import explain  # noqa: PLC0415 - loads libraries that a start can do without

        sentence = explain(error)
        if sentence is None:
            raise
        typer.secho(f"error: {sentence}", err=True, fg="red")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _with_commands(names: Iterable[str]) -> typer.Typer:
    """The application with these commands alone: a module is imported when one of its own is wanted."""
    app = typer.Typer(name="ecosystem-api", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_about)  # with it also a single command is asked for by its name
    for name in names:
        module, place = _PLACES[name].split(":")
        found = getattr(import_module(f"ecosystem_api.cli.{module}"), place)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _about() -> None:
    """Run and look after an installation of the Ecosystem API."""
