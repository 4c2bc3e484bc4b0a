"""A ready token of a demonstration credential, for trying things out with curl."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import httpx
import typer

from ecosystem_api.cli.demo import read_demo
from ecosystem_api.runtime.settings import Settings


def token(
    role: Annotated[str, typer.Argument(help="admin, manager, analyst, integration, partner_admin, partner_member.")],
    partner: Annotated[int, typer.Option(help="Which demonstration partner: 1 or 2.", min=1)] = 1,
    link: Annotated[bool, typer.Option("--link", help="Print a link that opens the reference with the token.")] = False,
) -> None:
    """Buy an access token with a demonstration credential and print it."""
    known = read_demo(Settings())
    if known is None:
        raise RuntimeError("there is no demonstration here: start it with `make run`")
    client = chosen(known["clients"], role, partner)
    form = {name: client[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    answer = httpx.post(f"{known['base_url']}/oauth/token", data=form, timeout=10)
    if answer.is_error:
        raise RuntimeError(f"the service refused: {answer.text[:300]}")
    bought = answer.json()["access_token"]
    typer.echo(reference_link(known["base_url"], bought) if link else bought)


def reference_link(base_url: str, access_token: str) -> str:
    """The reference's address with a token behind the `#`: a browser tells that part to no server."""
    return f"{base_url}/docs/reference#token={access_token}"


def chosen(clients: Sequence[Mapping[str, Any]], role: str, partner: int) -> Mapping[str, Any]:
    """The credential of a role; for a partner's role, that of the nth partner. Errors: RuntimeError for none."""
    of_role = [client for client in clients if client["role"] == role]
    place = partner - 1 if role.startswith("partner_") else 0
    if place >= len(of_role):
        roles = ", ".join(dict.fromkeys(client["role"] for client in clients))
        raise RuntimeError(f"no demonstration credential of that kind; the roles are {roles}, the partners 1 and 2")
    return of_role[place]
