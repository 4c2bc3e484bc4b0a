"""Words shared by rule books, decisions and simulations on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from ecosystem_api.runtime.wire import TypedId

RuleBookId = Annotated[UUID, TypedId("rb")]
DecisionId = Annotated[UUID, TypedId("dec")]
SimulationId = Annotated[UUID, TypedId("sim")]
PartnerRef = Annotated[UUID, TypedId("par")]
Outcome = Literal["reject", "wait", "require", "review", "approve"]
Action = Literal[
    "deal_registration.submit",
    "deal_registration.extend",
    "deal_registration.amend",
    "deal_registration.idle",
    "lead.pass",
    "vendor_opportunity.open",
]
A_HASH = "sha256:8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"
