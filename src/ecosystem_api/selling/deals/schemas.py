"""Deal registrations on the wire. What only the vendor's side reads stands in the block `staff`."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic.config import JsonDict

from ecosystem_api.kernel.money import Money
from ecosystem_api.network.partners.schemas import PartnerRead
from ecosystem_api.runtime.wire import Amount, Country, Day, Instant, Key, Line, Prose, TypedId, Wire, kept, told
from ecosystem_api.selling.accounts.schemas import AccountCreate, AccountId, AccountRead, MatchRead
from ecosystem_api.selling.engagement.schemas import DecisionId, Outcome
from ecosystem_api.selling.products.schemas import Sku

DealId = Annotated[UUID, TypedId("deal")]
PartnerRef = Annotated[UUID, TypedId("par")]
DealStatus = Literal[
    "draft", "submitted", "in_review", "action_required", "waiting", "approved",
    "rejected", "withdrawn", "expired", "released", "revoked", "closed",
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
LostReason = Literal["price", "competitor", "no_decision", "no_budget", "product_fit", "other"]
_DEAL_TYPES = 'What is sold: "new_business", "expansion", "renewal", "rfp", or a word of the vendor.'


class DealProduct(Wire):
    """A product in a registration."""

    sku: Sku = told("Code of the product.", "EDR-100")
    quantity: int = told("How many units.", 250, default=1, ge=1, le=1_000_000_000)


def _each_once(value: list[DealProduct]) -> list[DealProduct]:
    if len({product.sku for product in value}) != len(value):
        raise ValueError("each product stands once; add up its quantity")
    return value


Products = Annotated[list[DealProduct], Field(max_length=50)]


class DealExternalId(Wire):
    """The id under which another system knows the deal."""

    system: Key = told("The other system.", "crm")
    id: Line = told("The id there.", "0065g00000AbC")


class _NamesCustomer(Wire):
    partner_id: PartnerRef | None = told("For which partner; a partner's own caller leaves it out.", default=None)
    account_id: AccountId | None = told("The end customer, if it is known.", default=None)
    customer: AccountCreate | None = told("The end customer described: found, or created.", default=None)

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        if (self.account_id is None) == (self.customer is None):
            raise ValueError("name the customer by `account_id` or describe it as `customer`, one of the two")
        return self


_WANTED: JsonDict = {
    "customer": {"name": "Acme Industries GmbH", "country": "DE", "domains": ["acme-industries.example"]},
    "deal_type": "new_business",
    "products": [{"sku": "EDR-100", "quantity": 250}],
    "amount": {"amount": "48000.00", "currency": "USD"},
    "expected_close_on": "2030-03-31",
}


class DealCreate(_NamesCustomer):
    """A deal to be registered. It starts as a draft; what is missing can be added until it is submitted."""

    # One of two ways to name the customer: no example can be put together from those of the fields.
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Endpoint protection for 1,200 seats", **_WANTED}]}
    )

    title: Line = told("What the deal is called.", "Endpoint protection for 1,200 seats")
    description: Prose | None = told(
        "What the customer wants and what you do.", "Replaces an on-premises suite.", default=None
    )
    deal_type: Key = told(_DEAL_TYPES, "new_business", default="new_business")
    country: Country | None = told("Where it will be used; the customer's country by default.", default=None)
    region: Line | None = told("Sales region.", "dach", default=None)
    products: Products = told("What is claimed.", [{"sku": "EDR-100", "quantity": 250}], default=[])
    amount: Amount | None = told("Expected value of the deal.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    external_id: DealExternalId | None = told("Id in another system; unique among the partner's.", default=None)

    _products = field_validator("products")(_each_once)


class DealItem(DealCreate):
    """A deal to be registered, in a bulk request."""

    submit: bool = told("Whether to submit it at once, if it can be.", True, default=False)


class DealUpdate(Wire):
    """What may change while a registration is a draft, was returned or was rejected.

    Another customer, or a product more, is another claim: its place in a queue counts from the correction.
    """

    # One of two ways to name the customer: no example can be put together from those of the fields.
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{key: _WANTED[key] for key in ("products", "amount", "expected_close_on", "customer")}]
        }
    )

    account_id: AccountId | None = kept("Another end customer, by its id.")
    customer: AccountCreate | None = kept("Another end customer, described: found, or created.")
    title: Line | None = kept("What the deal is called.", "Endpoint protection")
    description: Prose | None = told("What the customer wants.", "Replaces a suite.", default=None)
    deal_type: Key | None = kept(_DEAL_TYPES, "new_business")
    country: Country | None = kept("Where it will be used.")
    region: Line | None = told("Sales region.", "dach", default=None)
    products: Products | None = told("All that is claimed from now on.", [{"sku": "EDR-100"}], default=None)
    amount: Amount | None = told("Expected value.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)

    @field_validator("products")
    @classmethod
    def _once(cls, value: list[DealProduct] | None) -> list[DealProduct] | None:
        return None if value is None else _each_once(value)

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        if self.account_id is not None and self.customer is not None:
            raise ValueError("name the customer by `account_id` or describe it as `customer`, one of the two")
        return self


class _WithNote(Wire):
    note: Prose | None = told("A word to the partner.", "Welcome aboard.", default=None)


class DealApprove(_WithNote):
    """A person approves."""

    reason: ApproveReason = told("Why, as a code.", "meets_policy")


class DealReject(_WithNote):
    """A person rejects."""

    reason: RejectReason = told("Why, as a code.", "not_qualified")
    remedy: Prose = told("What the partner can do about it.", "Register again with a named customer contact.")


class DealReturn(_WithNote):
    """A person sends a registration back to be completed."""

    reason: ReturnReason = told("Why, as a code.", "evidence_missing")
    remedy: Prose = told("What is needed.", "Attach the customer's request.")


class DealRevoke(_WithNote):
    """A person ends a protection early."""

    reason: RevokeReason = told("Why, as a code.", "no_progress")
    remedy: Prose = told("What the partner can do about it.", "Register again once the project resumes.")


class DealCloseWon(Wire):
    """The deal was won."""

    amount: Amount | None = told("Value it was won at; the expected one by default.", default=None)


class DealCloseLost(Wire):
    """The deal was lost."""

    reason: LostReason = told("Why, as a code.", "competitor")


class DealMoveStage(Wire):
    """The sale moved on."""

    stage: OpenStage = told("Where it stands now.", "qualified")


class NoteCreate(Wire):
    """Something that happened with a deal."""

    body: Prose = told("What happened.", "Met the customer's security lead; pilot starts in May.")
    kind: Literal["meeting", "call", "demo", "proposal", "pilot", "other"] = told(
        "What kind.", "meeting", default="other"
    )
    audience: Literal["partner", "staff"] = told(
        "Who reads it besides the vendor's side; a partner's notes are always shared.", "partner", default="partner"
    )


class NoteRead(Wire):
    """A note on a deal."""

    id: Annotated[UUID, TypedId("note")] = told("Id of the note.")
    body: str = told("What happened.", "Met the customer's security lead.")
    kind: str = told("What kind.", "meeting")
    audience: str = told("Who reads it besides the vendor's side.", "partner")
    author_side: Literal["partner", "staff"] = told("Which side wrote it.", "partner")
    created_at: Instant = told("When.")


class ProtectionRead(Wire):
    """The time-limited right that an approved registration holds or held."""

    starts_at: Instant = told("From when.")
    ends_at: Instant = told("Until when, not included.")
    basis: str = told("On what it rests.", "90 days from approval")
    ended_how: str | None = told("How it ended; null while it runs.", "released")


class QueueRead(Wire):
    """Where a waiting registration stands."""

    place: int = told("Its place, by submission time; 1 is next.", 1)
    length: int = told("How many wait for a product in common.", 3)


class DealStaffRead(Wire):
    """What only the vendor's side reads of a registration."""

    claim_account_id: AccountId | None = told("The account its claim counts against.")
    created_by_partner: bool = told("Whether the partner itself registered it.", True)


class DealRead(Wire):
    """A deal registration."""

    id: DealId = told("Id of the registration.")
    number: str = told("Its number at the vendor.", "DR-000042")
    partner_id: PartnerRef = told("The partner it belongs to.")
    account_id: AccountId = told("The end customer.")
    title: str = told("What the deal is called.", "Endpoint protection for 1,200 seats")
    description: str | None = told("What the customer wants.", "Replaces an on-premises suite.")
    deal_type: str = told(_DEAL_TYPES, "new_business")
    country: str = told("Where it will be used.", "DE")
    region: str | None = told("Sales region.", "dach")
    products: list[DealProduct] = told("What is claimed.")
    amount: Amount | None = told("Expected value.")
    expected_close_on: Day | None = told("When it is expected to close.")
    status: DealStatus = told("Where the registration stands.", "approved")
    stage: DealStage = told("Where the sale stands.", "qualified")
    missing: list[str] = told("Fields that it still lacks.", ["expected_close_on"])
    reasons: list[str] = told("Why it stands there: codes, strongest first.", ["clear_path"])
    remedies: list[str] = told("What the partner can do about it.", ["Complete: expected_close_on."])
    decision_id: DecisionId | None = told("The decision that stands; null before one was made.")
    protection: ProtectionRead | None = told("The right it holds or held.")
    queue: QueueRead | None = told("Its place in the queue; null unless it waits.")
    allowed_actions: list[str] = told(
        "What this caller may do now, as path segments; `update` is PATCH.", ["withdraw", "move-stage"]
    )
    external_id: DealExternalId | None = told("Id in another system.")
    submitted_at: Instant | None = told("When it was submitted; its place in a queue counts from here.")
    decided_at: Instant | None = told("When it was last decided.")
    closed_at: Instant | None = told("When the deal was won or lost.")
    closed_amount: Amount | None = told("What it was won at.")
    lost_reason: str | None = told("Why it was lost.", "competitor")
    last_activity_at: Instant = told("When something last happened with it.")
    staff: DealStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag` begins with it.", 3)
    created_at: Instant = told("When it was drafted.")
    updated_at: Instant = told("When it last changed.")

    @property
    def tag_suffix(self) -> str:
        """What the `ETag` adds to the version."""
        return tag_suffix(self.queue, self.last_activity_at, self.updated_at)


class DealExpanded(DealRead):
    """A deal registration as it is read, with what was asked for beside it."""

    partner: PartnerRead | None = told("The partner, with `expand=partner`.", default=None)
    account: AccountRead | None = told(
        "The end customer, with `expand=account`; null where the caller may not see it.", default=None
    )


def tag_suffix(queue: QueueRead | None, last_activity_at: datetime, updated_at: datetime) -> str:
    """What moves without a new version, for whoever polls with `If-None-Match`: the queue, and shared notes."""
    place = f"-q{queue.place}.{queue.length}" if queue else ""
    return place + (f"-n{int(last_activity_at.timestamp())}" if last_activity_at > updated_at else "")


class CheckRequest(_NamesCustomer):
    """A deal to be judged beforehand. Nothing is created."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WANTED]})

    deal_type: Key = told(_DEAL_TYPES, "new_business", default="new_business")
    country: Country | None = told("Where it will be used.", default=None)
    products: Products = told("What would be claimed.", [{"sku": "EDR-100"}], default=[])
    amount: Amount | None = told("Expected value.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)

    _products = field_validator("products")(_each_once)


class CheckStaffRead(Wire):
    """What only the vendor's side reads of a check."""

    reasons: list[str] = told("Every reason, strongest first.", ["clear_path"])
    matches: list[MatchRead] = told("Known accounts that match the customer.")
    queue_length: int = told("How many registrations wait for a product in common.", 0)


class CheckRead(Wire):
    """What would be decided now. A partner learns the outcome and what it can mend, not who else is there."""

    outcome: Outcome = told("What the rules would decide.", "approve")
    missing: list[str] = told("Fields that would still be lacking.", ["amount"])
    remedies: list[str] = told("What can be done about it.", ["Complete: amount."])
    decided_by: Literal["rules", "person"] = told("Who would decide.", "rules")
    protection_days: int | None = told("Days of protection on approval; null unless approval is in sight.", 90)
    book_number: int = told("The rule book that judged.", 1)
    staff: CheckStaffRead | None = told("What only the vendor's side reads; null for partners.")


class DealImport(Wire):
    """One line of a deal import. The line is drafted and, if asked, submitted and judged like any other."""

    external_id: Line = told("Id in the other system; a repeated line with it changes nothing.", "OPP-2001")
    system: Key = told("The other system.", "crm", default="import")
    partner_external_id: Line = told("The partner's id in the same system.", "P-100")
    account_external_id: Line = told("The account's id in the same system.", "C-1001")
    title: Line = told("What the deal is called.", "Endpoint protection for 1,200 seats")
    description: Prose | None = told("What the customer wants.", "Replaces a suite.", default=None)
    deal_type: Key = told(_DEAL_TYPES, "new_business", default="new_business")
    country: Country | None = told("Where it will be used.", default=None)
    products: list[Sku] = told("Codes; in CSV separated by `;`.", ["EDR-100"], default=[], max_length=50)
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = told("ISO 4217.", "USD", default=None)
    amount: Annotated[str, StringConstraints(max_length=20)] | None = told("Decimal amount.", "48000.00", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    submit: bool = told("Whether to submit it at once.", True, default=True)

    @field_validator("products", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value

    @field_validator("products")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError("each product stands once")
        return value

    @field_validator("amount")
    @classmethod
    def _money(cls, value: str | None, info: ValidationInfo) -> str | None:
        # The currency stands before the amount, so it is known here, unless it was refused itself.
        currency = info.data.get("currency")
        if value is not None and currency is None:
            raise ValueError("an amount comes with its currency")
        if value is not None and currency is not None and Money.parse(value, currency).minor < 0:
            raise ValueError("an amount is never negative here")
        return value
