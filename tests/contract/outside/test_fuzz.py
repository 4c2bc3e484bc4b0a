"""Schemathesis asks every operation of the running service what it can think of, with all of its checks.

`make contract` asks a number of questions, the same each time. `make fuzz t=300 seed=7` asks everything at the edges of
all values, and goes on at random until its time is spent.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.contract.outside.redocly import ROOT
from tests.contract.outside.service import Credential, Service, Stage, made

CONFIG = Path(__file__).with_name("fuzz.toml")
SEED = int(os.environ.get("FUZZ_SEED", "1"))
# How long each phase goes on that has no end of its own; without it the phases have as many questions as stand here.
SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))
ONE_EDGE_IN = 1 if SECONDS else 16
RANDOM_QUESTIONS = 2
WALKS = 15
# The partner comes first: what the admin is made to do may end its partnership.
RUNS = (("partner", "stateful"), ("admin", "stateful"), ("admin", "fuzzing"), ("admin", "examples,coverage"))
WHOLE = ("examples,coverage",) if SECONDS else ("fuzzing", "examples,coverage")


@dataclass(frozen=True)
class Run:
    """One run of schemathesis: what it printed and what it reports."""

    printed: str
    report: dict[str, Any]


def test_nothing_that_is_asked_contradicts_the_contract(service: Service, tmp_path: Path) -> None:
    stage = service.stage("Asked everything")
    populate(service, stage)
    callers = {"admin": stage.admin, "partner": stage.partners[0], "rival": stage.partners[1]}
    broken = []
    for caller, phases in RUNS:
        run = fuzz(service, tmp_path, callers, caller, phases)
        print(f"seed {SEED}, {caller}, {phases}: {run.report['test_cases']}")
        if run.report["exit_code"] != 0 or not run.report["complete"]:
            broken.append(run.printed)
        assert run.report["test_cases"]["generated"] > 0, run.printed
        if phases in WHOLE:
            operations = run.report["operations"]
            assert operations["tested"] == operations["selected"] == operations["total"] > 80, run.printed
        token = callers[caller].token(service.url)
        me = httpx.get(f"{service.url}/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert me.status_code == 200, "the run ended its own credential, so what it asked afterwards was never judged"
    assert not broken, "\n".join(broken)


def populate(service: Service, stage: Stage) -> None:
    """One of most kinds of things, so that lists have ids to ask further about."""
    with service.api(stage.admin) as admin, service.api(stage.partners[0]) as partner:
        partner_id = partner.get("/v1/partners").json()["data"][0]["id"]
        deals = [made(partner, "/v1/deal-registrations", deal(name)) for name in ("Adatum", "Fabrikam", "Litware")]
        for drafted in deals[1:]:
            address = f"/v1/deal-registrations/{drafted['id']}"
            assert partner.post(f"{address}/submit", headers={"If-Match": "*"}).status_code == 200
            made(partner, f"{address}/notes", {"kind": "call", "body": "They asked for a pilot."})
        made(admin, "/v1/members", {"email": "sam@vendor.example", "display_name": "Sam Rivera", "role": "analyst"})
        made(admin, "/v1/clients", {"name": "Nightly sync", "role": "integration"})
        made(admin, "/v1/personas", {"key": "boutique", "label": "Boutique", "description": "A small house."})
        made(admin, f"/v1/partners/{partner_id}/contacts", {"name": "Robin Okafor"})
        made(admin, f"/v1/partners/{partner_id}/personas", {"persona": "msp"})
        rows = "external_id,name,country\nC-1001,Woodgrove Bank,DE\n"
        taken = admin.post("/v1/imports?kind=accounts", content=rows, headers={"Content-Type": "text/csv"})
        assert taken.status_code == 202, taken.text


def deal(customer: str) -> dict[str, Any]:
    """A complete registration of new business with a customer in Germany."""
    return {
        "title": f"Endpoint protection at {customer}",
        "customer": {"name": customer, "country": "DE"},
        "products": [{"sku": "EDR-100", "quantity": 10}],
        "amount": {"amount": "48000.00", "currency": "EUR"},
        "expected_close_on": "2027-03-31",
    }


def fuzz(service: Service, folder: Path, callers: dict[str, Credential], caller: str, phases: str) -> Run:
    """Run schemathesis as one of the callers."""
    (folder / "callers.json").write_text(json.dumps({"auth": [_login(*pair) for pair in callers.items()]}))
    environment = os.environ | {
        "FUZZ_CALLERS": str(folder / "callers.json"),
        "FUZZ_CALLER": caller,
        "FUZZ_OWN_CLIENTS": ",".join(found.client_id.partition(".")[0] for found in callers.values()),
        "FUZZ_ONE_EDGE_IN": str(ONE_EDGE_IN),
        "FUZZ_SEED": str(SEED),
    }
    report = folder / f"{caller}-{phases}.json"
    command = [
        str(Path(sys.executable).with_name("schemathesis")), f"--config-file={CONFIG}", "run",
        f"{service.url}/openapi.json", "--checks=all",
        f"--phases={phases}", f"--seed={SEED}", "--workers=1",
        "--continue-on-failure", "--no-color", "--output-truncate=false",
        "--report=json", f"--report-json-path={report}",
    ]  # fmt: skip
    if not SECONDS:
        command.append(f"--max-examples={WALKS if 'stateful' in phases else RANDOM_QUESTIONS}")
    elif "coverage" not in phases:
        command.append(f"--max-time={SECONDS}")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    return Run(done.stdout, json.loads(report.read_text()))


def _login(name: str, credential: Credential) -> dict[str, Any]:
    form = f"grant_type=client_credentials&client_id={credential.client_id}&client_secret={credential.client_secret}"
    token = {
        "extractFrom": "body",
        "extractSelector": "/access_token",
        "sendIn": "header",
        "sendName": "Authorization",
        "sendTemplate": "Bearer {token}",
    }
    endpoint = {
        "endpoint": "/oauth/token",
        "verb": "POST",
        "contentType": "application/x-www-form-urlencoded",
        "payloadRaw": form,
        "token": token,
    }
    return {"name": name, "loginEndpointAuth": endpoint}
