"""Appeals and disputes on the wire. What only the vendor's side reads stands in the block `staff`."""

from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from ecosystem_api.runtime.wire import Instant, Prose, TypedId, Wire, fault_at, need_one_of, told
from ecosystem_api.selling.amendments.schemas import AmendmentId
from ecosystem_api.selling.deals.schemas import DealId
from ecosystem_api.selling.engagement.schemas import DecisionId, Evidence
from ecosystem_api.selling.extensions.schemas import ExtensionId
from ecosystem_api.selling.reviews.schemas import ReviewBriefRead, ReviewDeskRead, review_suffix

DisputeId = Annotated[UUID, TypedId("dsp")]
PartnerRef = Annotated[UUID, TypedId("par")]
Kind = Literal["appeal", "dispute"]
Status = Literal["open", "decided", "withdrawn"]
SideOf = Literal["claimant", "respondent"]
Ruling = Literal["upheld", "overturned", "split"]
Effect = Literal["none", "approved", "queued", "displaced", "revoked", "extended", "amended"]
Grounds = Literal[
    "facts_wrong", "rule_misapplied", "new_evidence", "first_engagement", "customer_choice", "holder_inactive",
    "misrepresentation", "other",
]  # fmt: skip
RulingReason = Literal[
    "rules_followed", "rules_misapplied", "facts_corrected", "evidence_convinces", "evidence_lacking",
    "settled_between_sides", "other",
]  # fmt: skip
Brought = Annotated[list[Evidence], Field(max_length=20)]


def _share(value: str) -> str:
    if not 0 <= Decimal(value) <= 1:
        raise ValueError("a share between 0 and 1")
    return value


Share = Annotated[str, StringConstraints(pattern=r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$"), AfterValidator(_share)]


class DisputeCreate(Wire):
    """A case to be opened, by the decision it contests, or by what that decision is about."""

    # One of four ways to name it: no example can be put together from those of the fields.
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "appeal",
                    "deal_registration_id": "deal_01h455vb4pex5vsknk084sn02q",
                    "grounds": "facts_wrong",
                    "statement": "The customer is new: the contract that the rejection names is its former parent's.",
                }
            ]
        }
    )

    kind: Kind = told(
        "`appeal` contests a decision about your own registration, `dispute` the claim that it waits behind.", "appeal"
    )
    decision_id: DecisionId | None = told("The decision that stands about your registration.", default=None)
    deal_registration_id: DealId | None = told("Your registration.", default=None)
    extension_request_id: ExtensionId | None = told(
        "Your request for more time that was rejected, or that nobody answered.", default=None
    )
    amendment_id: AmendmentId | None = told("Your amendment that was refused, or that nobody answered.", default=None)
    grounds: Grounds = told("On what grounds, as a code.", "facts_wrong")
    statement: Prose = told(
        "What was wrong, in your words; the other side reads it only where the book names both sides.",
        "The customer is a new one: the contract named in the rejection is of its former parent.",
    )
    evidence: Brought = told("What shows it; more can be brought later.", default=[])

    @model_validator(mode="after")
    def _one_of_four(self) -> Self:
        need_one_of(
            "Name what you contest by one of `decision_id`, `deal_registration_id`, `extension_request_id` and "
            "`amendment_id`.",
            decision_id=self.decision_id,
            deal_registration_id=self.deal_registration_id,
            extension_request_id=self.extension_request_id,
            amendment_id=self.amendment_id,
        )
        return self


class EvidenceAdd(Wire):
    """What a side brings."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"statement": "We have worked with the customer since March.", "is_all": True}]}
    )

    statement: Prose | None = told("What you say to it.", "We have worked with the customer since March.", default=None)
    evidence: Brought = told("What shows it.", default=[])
    is_all: StrictBool = told(
        "Whether this is all your side has to say, so that the ruling need not wait for your time to run out.",
        True,
        default=False,
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.statement is None and not self.evidence and not self.is_all:
            raise fault_at(
                "statement", "Bring a `statement` or `evidence`, or say with `is_all` that there is no more."
            )
        return self


class ShareWrite(Wire):
    """What one registration gets of a split."""

    deal_registration_id: DealId = told("The registration.")
    share: Share = told("Its share as a decimal string; the shares of a split add up to exactly 1.", "0.6")


class DisputeDecide(Wire):
    """A ruling."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "overturned", "reason": "facts_corrected", "note": "The rejection named another company."}
            ]
        }
    )

    outcome: Ruling = told(
        "`upheld`: nothing changes. `overturned`: the registration gets the place it would have had, or the claim; or "
        "the time, or the change, that was refused. "
        "`split`: the claim stays where it is, and both share what comes of it.",
        "overturned",
    )
    reason: RulingReason = told("Why, as a code.", "facts_corrected")
    note: Prose = told("Why, in words; both sides read it.", "The rejection named another company.")
    shares: list[ShareWrite] = told("For a split: what each registration gets.", default=[], max_length=20)


class EvidenceGiven(Wire):
    """What one side brought at one time."""

    side: Literal["claimant", "respondent", "vendor"] = told("Who brought it.", "claimant")
    statement: str | None = told("What was said to it.", "We have worked with the customer since March.")
    evidence: list[Evidence] = told("What shows it.")
    created_at: Instant = told("When.")


class PartyRead(Wire):
    """A registration in a case."""

    deal_registration_id: DealId = told("The registration.")
    partner_id: PartnerRef = told("Its partner.")
    side: SideOf = told("Which side.", "respondent")
    evidence_until: Instant = told("Until when its partner may bring evidence.")
    is_heard: bool = told("Whether its partner said that there is no more to come.", False)
    effect: Effect | None = told("What the ruling did to it; null before.", "displaced")
    share: str | None = told("What it gets of a split.", "0.4")


class DisputeStaffRead(Wire):
    """What only the vendor's side reads of a case."""

    parties: list[PartyRead] = told("All registrations of the case.")
    decision_id: DecisionId = told("The decision that is contested.")
    review: ReviewDeskRead | None = told("Who is to rule and what a ruling needs; null unless it is open.")
    decided_by: str | None = told("Who ruled.", "mem_01h455vb4pex5vsknk084sn02q")


class DisputeRead(Wire):
    """A case as its reader may see it: a partner reads of its own registration, of the other what the book allows."""

    id: DisputeId = told("Id of the case.")
    kind: Kind = told("An appeal against a decision, or a dispute about a claim.", "appeal")
    side: SideOf | None = told("Which side the reader is on; null for the vendor's side.", "claimant")
    deal_registration_id: DealId = told("The reader's registration; the claimant's for the vendor's side.")
    extension_request_id: ExtensionId | None = told(
        "The refused or unanswered request for more time that it is about, if it is."
    )
    amendment_id: AmendmentId | None = told("The refused or unanswered amendment that it is about, if it is.")
    grounds: Grounds = told("On what grounds.", "facts_wrong")
    statement: str | None = told(
        "What the claimant says; null for a respondent unless the book names both sides.", "The customer is a new one."
    )
    status: Status = told("Where the case stands.", "open")
    evidence_until: Instant = told(
        "Until when the reader's side may bring evidence; the claimant's for the vendor's side."
    )
    review: ReviewBriefRead | None = told("By when a person rules; null unless the case is open.")
    outcome: Ruling | None = told("The ruling; null before.", "overturned")
    reason: RulingReason | None = told("Why, as a code; null before.", "facts_corrected")
    note: str | None = told("Why, in words; null before.", "The rejection named another company.")
    effect: Effect | None = told("What the ruling did to the reader's registration; null before.", "approved")
    share: str | None = told("What the reader's registration gets of a split.", "0.6")
    decided_at: Instant | None = told("When it was ruled on; null before.")
    evidence: list[EvidenceGiven] = told("What was brought, oldest first, as far as the reader may see it.")
    other_sides: list[PartnerRef] = told(
        "The partners on the other side; empty unless the book names both sides.", ["par_01h455vb4pex5vsknk084sn02q"]
    )
    allowed_actions: list[str] = told("What the reader may do now, as path segments.", ["evidence", "withdraw"])
    staff: DisputeStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was opened.")
    updated_at: Instant = told("When it last changed.")

    @property
    def tag_suffix(self) -> str:
        """What the `ETag` adds to the version."""
        return review_suffix(self.review)
