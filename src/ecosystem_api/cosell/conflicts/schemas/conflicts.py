"""Conflicts on the wire. What only the vendor's side reads stands in the block `staff`."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict

from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.wire import Amount, Day, Instant, Prose, TypedId, Wire, told
from ecosystem_api.selling.deals.schemas import DealId
from ecosystem_api.selling.engagement.schemas import DecisionId, Evidence, EvidenceList

ConflictId = Annotated[UUID, TypedId("cnf")]
OpportunityId = Annotated[UUID, TypedId("vopp")]
PartnerRef = Annotated[UUID, TypedId("par")]
ConflictStatus = Literal["suspected", "open", "owed", "proven", "met", "overruled", "dismissed", "cleared"]
Obligation = Literal["compensate", "hand_over", "release"]
DismissReason = Literal["other_customer", "other_deal", "vendor_first", "other"]
OverruleReason = Literal["obligation_met", "vendor_first", "other_deal", "agreed_otherwise", "other"]
EndedReason = Literal[
    "other_customer", "other_deal", "vendor_first", "obligation_met", "agreed_otherwise", "accepted",
    "opportunity_changed", "opportunity_lost", "other",
]  # fmt: skip


class ConflictConfirm(Wire):
    """The opportunity is at the customer of the claim."""

    note: Prose | None = told("Why, for the vendor's side.", "Same company, other spelling.", default=None)


class ConflictDismiss(Wire):
    """The opportunity has nothing to do with the claim."""

    reason: DismissReason = told("Why, as a code.", "other_customer")
    note: Prose = told("Why, in words.", "A company of the same name in another line of business.")


class ConflictChoose(Wire):
    """How the vendor makes good."""

    obligation: Obligation = told(
        "`compensate` the partner, `hand_over` the opportunity to it, or `release` the customer to it.", "hand_over"
    )
    note: Prose | None = told("What that means here; the partner reads it.", "You lead, we support.", default=None)


class ConflictProve(Wire):
    """What shows that the obligation was met."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"proof": [{"kind": "email", "statement": "The customer was introduced on 3 May."}]}]
        }
    )

    proof: EvidenceList = told("What shows it; the partner reads it.")


class ConflictContest(Wire):
    """The partner says that the obligation was not met."""

    note: Prose = told("What is missing.", "The customer has heard nothing of it.")


class ConflictOverrule(Wire):
    """A manager ends the conflict without the partner's word."""

    reason: OverruleReason = told("Why, as a code.", "obligation_met")
    note: Prose = told("Why, in words; the partner reads it.", "The customer confirmed the hand-over in writing.")


class DisclosedRead(Wire):
    """What the book lets the partner know of the vendor's opportunity; null where it does not."""

    products: list[str] | None = told("Codes of its products; none stand for all.", ["EDR-100"])
    stage: str | None = told("Its sales stage in the vendor's words.", "proposal")
    amount: Amount | None = told("Its expected value.")
    opened_on: Day | None = told("The day it was opened in the CRM.")


class ConflictStaffRead(Wire):
    """What only the vendor's side reads of a conflict."""

    opportunity_id: OpportunityId = told("The opportunity.")
    decision_id: DecisionId | None = told("What the rules said about opening it.")
    because: list[str] = told("Why it is, or may be, the customer of the claim.", ["Both use the domain acme.com."])
    ended_by: str | None = told("Who ended it.", "mem_01h455vb4pex5vsknk084sn02q")


class ConflictRead(Wire):
    """An opportunity of the vendor's own team on a partner's claim, and what the partner is owed for it."""

    id: ConflictId = told("Id of the conflict.")
    partner_id: PartnerRef = told("The partner whose claim it is.")
    deal_registration_id: DealId = told("The registration that holds or held the claim.")
    account_id: AccountId = told("The end customer of the claim.")
    region: str | None = told(
        "The region in which the claim counts, in lower case; null where it counts everywhere.", "dach"
    )
    status: ConflictStatus = told(
        "`suspected`: the vendor looks whether it is the same customer. `open`: the vendor chooses how to make good. "
        "`owed`: until it is shown. `proven`: until the partner accepts it. "
        "`met`, `overruled`, `dismissed`, `cleared`: over.",
        "owed",
    )
    obligation: Obligation | None = told("How the vendor makes good; null before it chose.", "hand_over")
    obligation_note: str | None = told("What that means here.", "You lead, we support.")
    due_at: Instant | None = told("By when the vendor chooses, or makes good; null while it has nothing to do.")
    is_overdue: bool = told("Whether that time has passed.", False)
    proof: list[Evidence] = told("What shows that the obligation was met.")
    contested_note: str | None = told("What the partner missed, if it contested the proof.", "Nobody called.")
    opportunity: DisclosedRead = told("What the book lets the partner know of the vendor's opportunity.")
    ended_reason: EndedReason | None = told("How it ended; null before.", "accepted")
    ended_note: str | None = told("In words.", "The customer confirmed the hand-over.")
    ended_at: Instant | None = told("When it ended; null before.")
    allowed_actions: list[str] = told("What the reader may do now, as path segments.", ["accept", "contest"])
    staff: ConflictStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was found.")
    updated_at: Instant = told("When it last changed.")
