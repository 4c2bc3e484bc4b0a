"""Rankings on the wire: who came into question, with what each criterion added, and why others did not."""

from typing import Literal

from ecosystem_api.cosell.leads.schemas.words import LeadId, LeadOfferId, LeadRoutingId, LeadStatus, PartnerRef
from ecosystem_api.cosell.routing.schemas import RoutingPolicyId
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.wire import Instant, Wire, told
from ecosystem_api.selling.engagement.schemas import RuleBookId

_HASH = "sha256:" + 64 * "0"
CriterionName = Literal["geography", "vertical", "skills", "certifications", "performance", "capacity"]


class CriterionRead(Wire):
    """What one criterion added to a partner's points."""

    name: CriterionName = told("The criterion.", "skills")
    weight: int = told("Its weight in the policy.", 15)
    ratio: int | None = told("How far it is met, in ten-thousandths; null where the lead does not ask for it.", 6_667)
    points: int = told("What it added; the points of all criteria make the whole.", 1_000)
    found: str = told("What was found, in short.", "2/3")


class PlacedRead(Wire):
    """An eligible partner."""

    place: int = told("Its place; 1 is asked first.", 1)
    partner_id: PartnerRef = told("The partner.")
    points: int = told("Its points, of 10,000.", 7_425)
    is_below_floor: bool = told("Whether it was offered few leads of late, so that the floor speaks for it.", False)
    criteria: list[CriterionRead] = told("What each criterion added.")


class LeftRead(Wire):
    """A partner that did not come into question."""

    partner_id: PartnerRef = told("The partner.")
    reasons: list[Reason] = told(
        "Every reason: the rule book's, and the policy's.", ["outside_territory", "at_capacity"]
    )


class LeadRoutingRead(Wire):
    """A ranking by which a lead was routed, or would be."""

    id: LeadRoutingId | None = told("Id of the record; null for a dry run.")
    lead_id: LeadId = told("The lead.")
    round: int = told("The how many-th partner was to be asked.", 1)
    routing_policy_id: RoutingPolicyId = told("The policy in force.")
    policy_number: int = told("Its number.", 2)
    policy_hash: str = told("Its fingerprint.", _HASH)
    rule_book_id: RuleBookId = told("The rule book that said to whom the lead may be passed.")
    book_hash: str = told("Its fingerprint.", _HASH)
    snapshot_hash: str = told("Fingerprint of all that the ranking was made of.", _HASH)
    ranking_hash: str = told("Fingerprint of the ranking.", _HASH)
    is_floor_turn: bool = told("Whether the floor's share was behind, so that partners below it came first.", False)
    eligible: list[PlacedRead] = told("Partners that came into question, the first first.")
    not_eligible: list[LeftRead] = told("Partners that did not, with every reason.")
    created_at: Instant = told("When it was made.")


class LeadRoutedRead(LeadRoutingRead):
    """What routing a lead came to."""

    lead_offer_id: LeadOfferId | None = told("The offer that was made; null for a dry run, and if nobody was eligible.")
    lead_status: LeadStatus = told("Where the lead stands now.", "offered")
    version: int = told("The lead's version, its `ETag`.", 2)


class RoutingVerificationRead(Wire):
    """Whether a recorded ranking is what its policy and its rule book give for its snapshot, made again now."""

    holds: bool = told("True when nothing differs.", True)
    policy_holds: bool = told("The policy has the recorded fingerprint.", True)
    snapshot_holds: bool = told("The snapshot has the recorded fingerprint.", True)
    rules_hold: bool = told("The rule book says the same of every partner.", True)
    ranking_holds: bool = told("Every place, point and reason is the same.", True)
    differences: list[str] = told("A sentence for each difference.", [])
