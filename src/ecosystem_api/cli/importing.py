"""Import a file through the HTTP API, as any client could: send it, watch the job, tell what came of the rows."""

import time
from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ecosystem_api.cli.demo import read_demo
from ecosystem_api.cli.installation import read_private
from ecosystem_api.cli.terminal import answers, print_json, print_table
from ecosystem_api.runtime.settings import Settings

MEDIA_TYPES = {".csv": "text/csv", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson"}
ENDED = frozenset({"completed", "cancelled", "failed"})
COUNTS = ("total_rows", "created", "updated", "unchanged", "failed")
POLL_SECONDS = 0.2
SEND_SECONDS = 300.0
SHOWN_PROBLEMS = 20


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .csv, .ndjson or .jsonl file.")],
    kind: Annotated[str, typer.Option(help="Kind of record, such as partners.")],
    url: Annotated[str | None, typer.Option(help="Base URL of the service; else the one that runs here.")] = None,
    token: Annotated[str | None, typer.Option(envvar="ECOSYSTEM_TOKEN", help="An access token.")] = None,
    client_id: Annotated[str | None, typer.Option(envvar="ECOSYSTEM_CLIENT_ID", help="A credential.")] = None,
    client_secret: Annotated[str | None, typer.Option(envvar="ECOSYSTEM_CLIENT_SECRET", help="Its secret.")] = None,
    demo_role: Annotated[
        str, typer.Option(help="Without these: the demonstration's credential of this role.")
    ] = "admin",
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try; nothing stays.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Import a file and watch it. Ctrl-C cancels; exit code 1 when a row was refused or the import did not complete.

    Sending a file again changes nothing the second time.
    """
    media_type = MEDIA_TYPES.get(file.suffix.lower())
    if media_type is None:
        raise RuntimeError(f"{file.name} is not one of {', '.join(MEDIA_TYPES)}: the ending says how it is written")
    settings = Settings()
    given = {"client_id": client_id, "client_secret": client_secret} if client_id and client_secret else None
    auth = _Login(token, given or (_demo_client(settings, demo_role) if token is None else None))
    with httpx.Client(base_url=url or _running_url(settings), auth=auth, trust_env=False) as http:
        sent = http.post(
            "/v1/imports",
            params={"kind": kind, "dry_run": str(is_dry_run).lower()},
            content=file.read_bytes(),
            headers={"Content-Type": media_type, "Idempotency-Key": str(uuid4())},
            timeout=SEND_SECONDS,
        )
        job = _watch(http, _answer(sent))
        problems = _answer(http.get(f"/v1/imports/{job['id']}/problems"))["data"]
    _tell(job, problems, as_json)
    if job["status"] != "completed" or job["failed"]:
        raise typer.Exit(1)


class _Login(httpx.Auth):
    """Sends a token, and with a credential buys a new one when the old one has ended: an import may take longer."""

    requires_response_body = True

    def __init__(self, token: str | None, client: dict[str, str] | None) -> None:
        self._token = token
        self._client = client

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask with the token; once more with a new one when it is refused."""
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
            answer = yield request
            if answer.status_code != httpx.codes.UNAUTHORIZED or self._client is None:
                return
        assert self._client is not None
        form = {"grant_type": "client_credentials", **self._client}
        bought = yield httpx.Request("POST", request.url.copy_with(path="/oauth/token", query=None), data=form)
        self._token = str(_answer(bought)["access_token"])
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _demo_client(settings: Settings, role: str) -> dict[str, str]:
    demo = read_demo(settings)
    if demo is None:
        raise RuntimeError("no credential is given: pass --token, or --client-id and --client-secret")
    for client in demo["clients"]:
        if client["role"] == role:
            return {name: client[name] for name in ("client_id", "client_secret")}
    known = ", ".join(sorted({client["role"] for client in demo["clients"]}))
    raise RuntimeError(f"the demonstration has no credential of the role {role}; it has {known}")


def _running_url(settings: Settings) -> str:
    note = read_private(settings.data_dir / "running.json") or {}
    return str(note.get("base_url") or settings.public_url)


def _watch(http: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """Follow the job until it ends. Edges: Ctrl-C cancels it and answers how far it came."""
    path = f"/v1/imports/{job['id']}"
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(job["kind"], total=job["total_rows"])
        try:
            while job["status"] not in ENDED:
                time.sleep(POLL_SECONDS)
                job = _answer(http.get(path))
                progress.update(task, completed=job["done_rows"], total=job["total_rows"])
        except KeyboardInterrupt:
            job = _answer(http.post(path + "/cancel"))
    return job


def _tell(job: dict[str, Any], problems: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({**job, "problems": problems})
        return
    tried = " (a dry run: nothing stays)" if job["dry_run"] else ""
    answers.print(f"{job['id']} {job['status']}{tried}", markup=False)
    print_table(COUNTS, [[str(job[name]) for name in COUNTS]])
    if problems:
        rows = [[str(each["row_number"]), each["pointer"], each["detail"]] for each in problems[:SHOWN_PROBLEMS]]
        print_table(("row", "field", "what would be right"), rows)
    if job["failed"] > SHOWN_PROBLEMS:
        answers.print(f"… and more: GET /v1/imports/{job['id']}/problems", markup=False)


def _answer(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of a success. Errors: RuntimeError with what the service's refusal says."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if answer.is_success and isinstance(body, dict):
        return body
    said = body.get("detail") or body.get("error_description") or answer.reason_phrase
    faults = "; ".join(f"{fault['pointer']} {fault['detail']}" for fault in body.get("errors", []))
    raise RuntimeError(f"the service refuses with {answer.status_code}: {said} {faults}".strip())
