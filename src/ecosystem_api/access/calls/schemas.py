"""Calls on the wire."""

from typing import Annotated
from uuid import UUID

from ecosystem_api.runtime.wire import Instant, TypedId, Wire, told

CallId = Annotated[UUID, TypedId("call")]
PartnerRef = Annotated[UUID, TypedId("par")]
_ACTOR = "cli_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r"


class CallRead(Wire):
    """One request as it was noted: where it went and what came of it, nothing of what it said."""

    id: CallId = told("Id of the note.")
    called_at: Instant = told("When it was answered.")
    actor_id: str = told("Who called: the `client_id` of a credential.", _ACTOR)
    partner_id: PartnerRef | None = told("The partner it acts for; null for the vendor's own.")
    method: str = told("The method of HTTP.", "POST")
    route: str = told("The operation's path as in the contract.", "/v1/deal-registrations/{deal_id}/submit")
    path: str = told("The path with its ids.", "/v1/deal-registrations/deal_01h455vb4pex5vsknk084sn02q/submit")
    parameters: list[str] = told("Names of the query's parameters; never their values.", ["limit"])
    status: int = told("The status of the answer; 499 when the client hung up before.", 409)
    code: str | None = told("The refusal's `code`; null for a success.", "illegal_move")
    duration_ms: float = told("How long the service took, in milliseconds.", 12.5)
    request_id: str = told("Its `X-Request-Id`.", "req_5f1c0a9be2d34477a1b2c3d4")
    ecosystem_version: str = told("The version of the contract it was served in.", "2026-11-22")
    is_replayed: bool = told("Whether the stored answer of an earlier request with the same key was given.", False)
    is_rate_limited: bool = told("Whether it was refused because its caller asked too much.", False)


class DeprecatedCallRead(Wire):
    """How often one caller called one operation that will end."""

    actor_id: str = told("Who called: the `client_id` of a credential.", _ACTOR)
    partner_id: PartnerRef | None = told("The partner it acts for; null for the vendor's own.")
    operation: str = told("The operation's id in the contract.", "list_legacy_partners")
    method: str = told("The method of HTTP.", "GET")
    route: str = told("The operation's path as in the contract.", "/v1/legacy-partners")
    calls: int = told("How often, since `first_called_at`.", 42)
    first_called_at: Instant = told("When first.")
    last_called_at: Instant = told("When last.")
