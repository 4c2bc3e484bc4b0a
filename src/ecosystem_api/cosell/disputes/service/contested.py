"""What a case contests: the decision about a registration, or about more time or an amendment that it was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from ecosystem_api.cosell.disputes.domain import REFUSED, is_contestable
from ecosystem_api.cosell.disputes.errors import NotAppealable, NothingToDispute
from ecosystem_api.cosell.disputes.schemas import DisputeCreate
from ecosystem_api.kernel.ids import decode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.amendments import service as amendments
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.service import Standing
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.extensions import service as extensions

_EXTENDABLE, _AMENDABLE = ("approved", "expired"), ("in_review", "waiting", "approved")


@dataclass(frozen=True, slots=True)
class Contest:
    """A decision that a case contests, the registration it is about, and whose claim a ruling could end.

    Shape: `since` is when the time to contest it began, where that is not the instant of the decision.
    """

    decision_id: UUID
    claim: Standing
    others: Sequence[Standing]
    extension_id: UUID | None = None
    amendment_id: UUID | None = None
    since: datetime | None = None


async def contested(tx: Tx, body: DisputeCreate) -> Contest:
    """What a new case is about, with the customer locked until the transaction ends.

    Errors: `InvalidRequest` for what is unknown, `NotAppealable`, `NothingToDispute`.
    """
    extension = amendment = None
    if body.deal_registration_id is None:
        decided = {"decision_id": body.decision_id}
        if body.amendment_id is None:
            extension = await extensions.find_contested(tx, request_id=body.extension_request_id, **decided)
        if body.extension_request_id is None:
            amendment = await amendments.find_contested(tx, amendment_id=body.amendment_id, **decided)
    if extension is not None:
        since = extension.unanswered_at
        claim = await _refused(tx, body, extension.deal_id, "rejected" if since else extension.status, _EXTENDABLE)
        return Contest(extension.decision_id, claim, (), extension_id=extension.request_id, since=since)
    if amendment is not None:
        since = amendment.unanswered_at
        # It ended with the protection, which a ruling on more time may have run again.
        status, claims = ("refused", (*_AMENDABLE, "expired")) if since else (amendment.status, _AMENDABLE)
        claim = await _refused(tx, body, amendment.deal_id, status, claims)
        return Contest(amendment.decision_id, claim, (), amendment_id=amendment.amendment_id, since=since)
    return await _registration(tx, body)


async def _refused(tx: Tx, body: DisputeCreate, deal_id: UUID, status: str, claims: Sequence[str]) -> Standing:
    """The registration of a refused request; nobody else stands in a case about it.

    Edges: what nobody answered until the protection had ended was refused by silence.
    """
    claim, _ = await deals.contested(tx, deal_id)
    if body.kind == "dispute":
        raise NothingToDispute("A refused request is appealed.", status_now=status)
    if status not in REFUSED:
        raise NotAppealable(f"It is {status}.", status_now=status)
    if claim.status not in claims:
        raise NotAppealable(f"Its registration is {claim.status}.", status_now=claim.status)
    return claim


async def _registration(tx: Tx, body: DisputeCreate) -> Contest:
    claim, holders = await _standing(tx, body)
    if not is_contestable(body.kind, claim.status) or claim.decision_id is None or claim.submitted_at is None:
        _refuse(body.kind, claim)
    if body.decision_id not in (None, claim.decision_id):
        raise NotAppealable("Another decision about this registration stands by now.", status_now=claim.status)
    return Contest(claim.decision_id, claim, in_the_way(body.kind, claim, holders))


async def _standing(tx: Tx, body: DisputeCreate) -> tuple[Standing, list[Standing]]:
    pointer, deal_id = "/deal_registration_id", body.deal_registration_id
    try:
        if body.extension_request_id is not None or body.amendment_id is not None:
            pointer = "/amendment_id" if body.amendment_id is not None else "/extension_request_id"
            raise NotFound()
        if body.decision_id is not None:
            pointer = "/decision_id"
            subject_id = (await engagement.get_decision(tx, body.decision_id)).subject_id
            deal_id = decode("deal", subject_id)
        assert deal_id is not None, "the schema wants one of the four"
        return await deals.contested(tx, deal_id)
    except (NotFound, ValueError):
        fault = FieldError(pointer, "unknown", "Nothing of this id that you could contest.")
        raise InvalidRequest(errors=[fault]) from None


def in_the_way(kind: str, claim: Standing, holders: Sequence[Standing]) -> list[Standing]:
    """Whose claim a ruling could end: in a dispute every rival's; in an appeal those who came later."""
    rivals = [one for one in holders if one.partner_id != claim.partner_id]
    if kind == "dispute":
        return rivals
    place = (claim.submitted_at, claim.deal_id)
    return [one for one in rivals if (one.submitted_at, one.deal_id) > place]


def _refuse(kind: str, claim: Standing) -> NoReturn:
    refusal = NotAppealable if kind == "appeal" else NothingToDispute
    raise refusal(f"The registration is {claim.status}.", status_now=claim.status)
