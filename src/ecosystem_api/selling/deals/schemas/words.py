"""The words of registrations on the wire: ids, statuses, reasons, and what several schemas have in common."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ecosystem_api.market.products.schemas import Sku
from ecosystem_api.runtime.wire import Key, Line, TypedId, Wire, told

DealId = Annotated[UUID, TypedId("deal")]
PartnerRef = Annotated[UUID, TypedId("par")]
LeadRef = Annotated[UUID, TypedId("lead")]
DealSource = Literal["partner", "lead"]
DealStatus = Literal[
    "draft", "submitted", "in_review", "action_required", "waiting", "approved",
    "rejected", "withdrawn", "expired", "released", "revoked", "superseded", "closed",
]  # fmt: skip
DealStage = Literal[
    "prospect", "qualified", "technical_validation", "business_validation", "committed", "closed_won", "closed_lost"
]
OpenStage = Literal["prospect", "qualified", "technical_validation", "business_validation", "committed"]
ApproveReason = Literal["meets_policy", "exception_granted", "customer_choice", "strategic_account", "other"]
RejectReason = Literal[
    "duplicate", "vendor_engaged", "not_qualified", "below_minimum_amount", "outside_territory", "excluded_deal_type",
    "incomplete", "customer_declines", "other",
]  # fmt: skip
ReturnReason = Literal["incomplete", "customer_unclear", "evidence_missing", "amount_unclear", "other"]
RevokeReason = Literal["no_progress", "misrepresentation", "customer_choice", "partner_standing", "other"]
NoteKind = Literal["meeting", "call", "demo", "proposal", "pilot", "other"]
ExtendReason = Literal["customer_delay", "procurement", "proof_of_concept", "legal_review", "other"]
LostReason = Literal["price", "competitor", "no_decision", "no_budget", "product_fit", "other"]
DEAL_TYPES = 'What is sold: "new_business", "expansion", "renewal", "rfp", or a word of the vendor.'


class DealProduct(Wire):
    """A product in a registration."""

    sku: Sku = told("Code of the product.", "EDR-100")
    quantity: int = told("How many units.", 250, default=1, ge=1, le=1_000_000_000)


def each_once(value: list[DealProduct]) -> list[DealProduct]:
    if len({product.sku for product in value}) != len(value):
        raise ValueError("each product stands once; add up its quantity")
    return value


Products = Annotated[list[DealProduct], Field(max_length=50)]


class DealExternalId(Wire):
    """The id under which another system knows the deal."""

    system: Key = told("The other system.", "crm")
    id: Line = told("The id there.", "0065g00000AbC")
