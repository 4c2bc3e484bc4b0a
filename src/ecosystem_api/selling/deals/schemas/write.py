"""What a caller sends: a draft, a correction, a decision, the way of the sale, a note."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from ecosystem_api.market.accounts.schemas import AccountCreate, AccountId
from ecosystem_api.network.fields.schemas import VALUES, VALUES_SENT, CustomValues
from ecosystem_api.runtime.wire import Amount, Country, Day, Key, Line, Prose, Wire, fault_at, kept, need_one_of, told
from ecosystem_api.selling.deals.schemas.words import (
    DEAL_TYPES,
    ApproveReason,
    DealExternalId,
    DealProduct,
    ExtendReason,
    LostReason,
    OpenStage,
    PartnerRef,
    Products,
    RejectReason,
    ReturnReason,
    RevokeReason,
    each_once,
)
from ecosystem_api.selling.engagement.schemas import Evidence, EvidenceList

CUSTOMER_STATEMENT = "customer_statement"
_HAS_STATEMENT: JsonDict = {"contains": {"properties": {"kind": {"const": CUSTOMER_STATEMENT}}}}


class NamesCustomer(Wire):
    partner_id: PartnerRef | None = told("For which partner; a partner's own caller leaves it out.", default=None)
    account_id: AccountId | None = told("The end customer, if it is known.", default=None)
    customer: AccountCreate | None = told("The end customer described: found, or created.", default=None)

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        need_one_of(
            "Name the customer by `account_id` or describe it as `customer`, one of the two.",
            customer=self.customer,
            account_id=self.account_id,
        )
        return self


WANTED: JsonDict = {
    "customer": {"name": "Acme Industries GmbH", "country": "DE", "domains": ["acme-industries.example"]},
    "deal_type": "new_business",
    "products": [{"sku": "EDR-100", "quantity": 250}],
    "amount": {"amount": "48000.00", "currency": "USD"},
    "expected_close_on": "2030-03-31",
}


class DealCreate(NamesCustomer):
    """A deal to be registered. It starts as a draft; what is missing can be added until it is submitted."""

    # One of two ways to name the customer: no example can be put together from those of the fields.
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Endpoint protection for 1,200 seats", **WANTED}]}
    )

    title: Line = told("What the deal is called.", "Endpoint protection for 1,200 seats")
    description: Prose | None = told(
        "What the customer wants and what you do.", "Replaces an on-premises suite.", default=None
    )
    deal_type: Key = told(DEAL_TYPES, "new_business", default="new_business")
    country: Country | None = told("Where it will be used; the customer's country by default.", default=None)
    region: Line | None = told("Sales region; the customer's by default.", "dach", default=None)
    products: Products = told("What is claimed.", [{"sku": "EDR-100", "quantity": 250}], default=[])
    amount: Amount | None = told("Expected value of the deal.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    custom_fields: CustomValues = told(*VALUES, default={})
    external_id: DealExternalId | None = told("Id in another system; unique among the partner's.", default=None)

    _products = field_validator("products")(each_once)


class DealItem(DealCreate):
    """A deal to be registered, in a bulk request."""

    submit: bool = told("Whether to submit it at once, if it can be.", True, default=False)


class DealUpdate(Wire):
    """What may change while a registration is a draft, was returned or was rejected.

    Another customer, or a product more, is another claim, and so is another region where the book lets claims overlap
    by region: its place in a queue counts from the correction. Custom fields that partners do not write the vendor's
    side may change in any state.
    """

    # One of two ways to name the customer: no example can be put together from those of the fields.
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{key: WANTED[key] for key in ("products", "amount", "expected_close_on", "customer")}]
        }
    )

    account_id: AccountId | None = kept("Another end customer, by its id.")
    customer: AccountCreate | None = kept("Another end customer, described: found, or created.")
    title: Line | None = kept("What the deal is called.", "Endpoint protection")
    description: Prose | None = told("What the customer wants.", "Replaces a suite.", default=None)
    deal_type: Key | None = kept(DEAL_TYPES, "new_business")
    country: Country | None = kept("Where it will be used.")
    region: Line | None = told("Sales region.", "dach", default=None)
    products: Products | None = told("All that is claimed from now on.", [{"sku": "EDR-100"}], default=None)
    amount: Amount | None = told("Expected value.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    custom_fields: CustomValues | None = kept(*VALUES_SENT)

    @field_validator("products")
    @classmethod
    def _once(cls, value: list[DealProduct] | None) -> list[DealProduct] | None:
        return None if value is None else each_once(value)

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        if self.account_id is not None and self.customer is not None:
            raise fault_at(
                "customer", "Name the customer by `account_id` or describe it as `customer`, one of the two."
            )
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


class DealExtend(_WithNote):
    """A person gives a protection more time."""

    days: int = told("How many days more, counted from its present end.", 30, ge=1, le=365)
    reason: ExtendReason = told("Why, as a code.", "procurement")
    evidence: EvidenceList = told("What shows that the deal goes on.")


class DealOverride(_WithNote):
    """The customer chose in writing: this registration takes the claim that another one holds."""

    evidence: Annotated[EvidenceList, Field(json_schema_extra=_HAS_STATEMENT)] = told(
        "What shows the customer's choice; one of it is the `customer_statement`."
    )
    remedy: Prose = told(
        "What the partner whose claim ends can do about it.", "Agree with us on the part you have in this deal."
    )

    @field_validator("evidence")
    @classmethod
    def _in_writing(cls, value: list[Evidence]) -> list[Evidence]:
        if not any(one.kind == CUSTOMER_STATEMENT for one in value):
            raise ValueError(f"one of them is the customer's own: kind `{CUSTOMER_STATEMENT}`")
        return value


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
