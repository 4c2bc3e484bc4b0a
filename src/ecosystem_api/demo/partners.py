"""Partners come, grow, pause and leave."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from ecosystem_api.access.clients.schemas import ClientWithSecret
from ecosystem_api.access.members import service as members
from ecosystem_api.access.members.schemas import MemberCreate
from ecosystem_api.demo.cast import people
from ecosystem_api.demo.cast.partners import PARTS, Part, describe
from ecosystem_api.demo.cast.places import PLACES
from ecosystem_api.demo.stage import Stage, Step
from ecosystem_api.network.contacts import service as contacts
from ecosystem_api.network.contacts.schemas import ContactCreate
from ecosystem_api.network.partners import service
from ecosystem_api.network.partners.domain import moved
from ecosystem_api.network.partners.schemas import (
    PartnerCreate,
    PartnerUpdate,
    PersonaEnd,
    PersonaGiven,
    RelationshipCreate,
)
from ecosystem_api.runtime.caller import Caller, Role

_JOBS: Final = (
    ("Head of Alliances", ["executive", "sales"]),
    ("Solutions Architect", ["technical"]),
    ("Service Desk Lead", ["support", "technical"]),
    ("Marketing Manager", ["marketing"]),
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way through the program. Shape: shares of the story's days; `room` is how much later all of it may begin."""

    begin: float
    room: float
    steps: tuple[tuple[str, str, float], ...] = ()


_WAYS: Final = {
    "from_start": _Way(0, 0),
    "joined": _Way(
        0.02,
        0.5,
        (
            ("apply", "vendor_invitation", 0.04),
            ("start_onboarding", "profile_fit", 0.06),
            ("activate", "requirements_met", 0.11),
        ),
    ),
    "suspended": _Way(0, 0.06, (("suspend", "payment_overdue", 0.8),)),
    "reinstated": _Way(0, 0.1, (("suspend", "compliance_review", 0.5), ("reinstate", "review_passed", 0.57))),
    "offboarded": _Way(0, 0.1, (("offboard", "contract_ended", 0.62),)),
    "onboarding": _Way(0.8, 0.05, (("apply", "partner_request", 0.86), ("start_onboarding", "coverage_gap", 0.92))),
    "applicant": _Way(0.86, 0.04, (("apply", "partner_referral", 0.94),)),
    "prospect": _Way(0.86, 0.1),
}


@dataclass
class Partner:
    """A partner in the story: where it stands, and the credential it acts with."""

    part: Part
    id: UUID
    admin: ClientWithSecret
    who: Caller
    status: str

    @property
    def weight(self) -> float:
        """How likely the next registration is its own: a suspended partner tries now and then."""
        return self.part.weight * {"active": 1.0, "suspended": 0.25}.get(self.status, 0.0)

    @property
    def is_gone(self) -> bool:
        """Whether it has left the program."""
        return self.status == "offboarded"

    def may_sell_in(self, country: str) -> bool:
        """Whether a country is within its agreement."""
        return not self.part.territories or country in self.part.territories.split()


async def enter(stage: Stage, count: int) -> list[Partner]:
    """The first `count` partners; those that are there from the beginning now, the others when their day comes.

    Edges: the list grows while the story is played, in the order of coming.
    """
    cast: list[Partner] = []
    for part in PARTS[:count]:
        way = _WAYS[part.path]
        later = way.room * stage.chance.random()
        if way.begin == 0:
            stage.database.now += timedelta(minutes=11)
            await _arrive(stage, cast, part)
        else:
            _plan(stage, way.begin + later, partial(_arrive, stage, cast, part))
        for action, reason, share in way.steps:
            _plan(stage, share + later, partial(_move, stage, cast, part, action, reason))
    _plan(stage, 0.015, partial(_work_together, stage, cast))
    _plan(stage, 0.3, partial(_give_persona, stage, cast[3]))
    _plan(stage, 0.35, partial(_learn, stage, cast[0]))
    _plan(stage, 0.6, partial(_promote, stage, cast[4]))
    _plan(stage, 0.7, partial(_end_persona, stage, cast[3]))
    return cast


def _plan(stage: Stage, share: float, step: Step) -> None:
    stage.calendar.plan(stage.begin + (stage.end - stage.begin) * share, step)


_TARGETS = {"small": "0.25", "medium": "1.5", "large": "6", "global": "20"}


async def _arrive(stage: Stage, cast: list[Partner], part: Part) -> None:
    """A partner is entered with what is known of it, its people and its credential."""
    is_there = _WAYS[part.path].begin == 0
    known = describe(part, stage.chance)
    body = PartnerCreate.model_validate(
        {
            "display_name": part.name,
            "legal_name": f"{part.name} {part.form}",
            "status": "active" if is_there else "prospect",
            "country": part.country,
            "domains": [part.domain],
            "personas": [{"persona": key} for key in part.personas.split()],
            "regions": sorted({PLACES[code].region for code in part.territories.split() or [part.country]}),
            "territories": part.territories.split(),
            "tier": part.tier,
            "size_band": part.size,
            "data_region": "eu" if PLACES[part.country].currency in ("EUR", "SEK", "NOK") else None,
            "aliases": [part.alias] if part.alias else [],
            "external_ids": {"crm": f"P-{PARTS.index(part) + 1:03d}"},
            "custom_fields": {"revenue_target": _TARGETS[part.size]},
            **known,
        }
    )
    manager = stage.staff[Role.MANAGER]
    async with stage.acting(manager) as tx:
        partner_id, _ = await service.create_partner(tx, manager, body)
        above = [("parent_of", part.parent), ("distributes_to", part.distributor)]
    admin = await stage.credential("Partner portal", Role.PARTNER_ADMIN, partner_id)
    partner = Partner(part, partner_id, admin, stage.caller(admin), body.status)
    cast.append(partner)
    await _introduce(stage, partner)
    for kind, name in above:
        _plan_relationship(stage, cast, partner, kind, name)


async def _introduce(stage: Stage, partner: Partner) -> None:
    """The people of a partner: whom to call, and who uses the portal."""
    who, rng = stage.staff[Role.MANAGER], stage.chance
    async with stage.acting(who) as tx:
        for place in range(rng.randint(2, 4)):
            name, (job, roles) = people.invent(rng), _JOBS[place]
            contact = {
                "name": name,
                "email": people.address(f"{name} {place}", partner.part.domain),
                "phone": f"+1 416 555 01{rng.randint(10, 99)}",
                "job_title": job,
                "roles": roles,
                "is_primary": place == 0,
            }
            await contacts.add_contact(tx, who, partner.id, ContactCreate.model_validate(contact))
            if place < 2:
                member = {
                    "email": contact["email"],
                    "display_name": name,
                    "role": "partner_member" if place else "partner_admin",
                    "partner_id": partner.id,
                }
                body = MemberCreate.model_validate(member)
                await members.add_member(tx, stage.staff[Role.ADMIN], body, stage.machinery)


async def _move(stage: Stage, cast: list[Partner], part: Part, action: str, reason: str) -> None:
    partner = next(one for one in cast if one.part is part)
    who = stage.staff[Role.MANAGER]
    async with stage.acting(who) as tx:
        await service.move_partner(tx, who, partner.id, action, reason=reason, note=None, if_match="*")
    partner.status = moved(partner.status, action)


def _plan_relationship(stage: Stage, cast: list[Partner], partner: Partner, kind: str, name: str | None) -> None:
    async def relate() -> None:
        superior = next((one for one in cast if one.part.name == name), None)
        if superior is not None:
            await _relate(stage, superior, kind, partner)

    if name is not None:
        stage.calendar.plan(stage.now + timedelta(days=1), relate)


async def _relate(stage: Stage, one: Partner, kind: str, other: Partner) -> None:
    who = stage.staff[Role.MANAGER]
    body = RelationshipCreate.model_validate({"kind": kind, "other_id": other.id})
    async with stage.acting(who) as tx:
        await service.add_relationship(tx, who, one.id, body)


async def _work_together(stage: Stage, cast: list[Partner]) -> None:
    """The integrator subcontracts to the reseller; the adviser refers to the service provider."""
    await _relate(stage, cast[2], "subcontracts_to", cast[0])
    await _relate(stage, cast[5], "refers_to", cast[1])


async def _learn(stage: Stage, partner: Partner) -> None:
    """A partner says itself what it can do now."""
    body = PartnerUpdate(skills=["endpoint_protection", "managed_detection", "siem", "zero_trust"])
    async with stage.acting(partner.who) as tx:
        await service.update_partner(tx, partner.who, partner.id, body, "*")


async def _promote(stage: Stage, partner: Partner) -> None:
    """The vendor raises a partner's tier."""
    who = stage.staff[Role.MANAGER]
    async with stage.acting(who) as tx:
        await service.update_partner(tx, who, partner.id, PartnerUpdate(tier="platinum"), "*")


async def _give_persona(stage: Stage, partner: Partner) -> None:
    """A software vendor begins to refer."""
    who = stage.staff[Role.MANAGER]
    async with stage.acting(who) as tx:
        await service.give_persona(tx, who, partner.id, PersonaGiven(persona="referral"))


async def _end_persona(stage: Stage, partner: Partner) -> None:
    """And ends it again."""
    who = stage.staff[Role.MANAGER]
    async with stage.acting(who) as tx:
        await service.end_persona(tx, who, partner.id, "referral", PersonaEnd())
