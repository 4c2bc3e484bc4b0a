"""From claims to a person: pure. Nothing is guessed; what is not clearly said is absent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.access.members.domain import PARTNER_SIDE
from ecosystem_api.kernel.ids import InvalidId, decode, encode

_MOST_VALUES = 1000
_LONGEST = 255


@dataclass(frozen=True)
class Rule:
    """A value of the roles' claim, and the role it gives, for a partner where the role is one's."""

    value: str
    role: str
    partner_id: UUID | None


@dataclass(frozen=True)
class ClaimRules:
    """How an issuer's claims are read."""

    claims: Mapping[str, str | None]
    rules: Sequence[Rule]
    default_role: str | None
    own_partner_id: UUID | None
    email_domains: frozenset[str]
    trusts_emails: bool


@dataclass(frozen=True)
class Person:
    """Who the claims tell of. `email` as written; whether it may be believed is `email_fault`, None if it may."""

    subject: str | None
    email: str | None
    is_email_verified: bool
    name: str | None
    rule_role: str | None
    partner_id: UUID | None


def public_issuer_id(issuer_id: UUID, vendor_id: UUID) -> str:
    """`iss_<issuer>.<vendor>`: the `client_id` of frontends that exchange this issuer's tokens."""
    return f"{encode('iss', issuer_id)}.{encode('ven', vendor_id).removeprefix('ven_')}"


ISSUER_CLIENT_ID = r"^iss_[0-7][0-9a-hjkmnp-tv-z]{25}\.[0-7][0-9a-hjkmnp-tv-z]{25}$"


def read_issuer_id(text: str) -> tuple[UUID, UUID] | None:
    """(issuer, vendor) of such a client id, or None if it is not one."""
    issuer, _, vendor = text.partition(".")
    try:
        return decode("iss", issuer), decode("ven", f"ven_{vendor}")
    except InvalidId:
        return None


def faults_of(mapping: ClaimRules) -> list[tuple[str, str]]:
    """(JSON pointer, what would be right) for everything in a mapping that could place nobody.

    A partner's provider gives roles of that partner alone; a vendor's says for every partner role which partner.
    """
    faults = []
    for place, rule in enumerate(mapping.rules):
        is_partners = rule.role in PARTNER_SIDE
        if mapping.own_partner_id is not None and not is_partners:
            faults.append((f"/rules/{place}/role", "A partner's provider gives partner roles only."))
        elif mapping.own_partner_id is not None and rule.partner_id not in (None, mapping.own_partner_id):
            faults.append((f"/rules/{place}/partner_id", "A partner's provider gives roles of that partner only."))
        elif not is_partners and rule.partner_id is not None:
            faults.append((f"/rules/{place}/partner_id", "Leave the partner out for this role."))
        elif is_partners and not _names_partner(mapping, rule.partner_id):
            faults.append((f"/rules/{place}/partner_id", "Name the partner, or the claim that does."))
    if mapping.rules and not mapping.claims.get("roles"):
        faults.append(("/claims/roles", "Name the claim that the rules look at."))
    if mapping.default_role is not None:
        if mapping.default_role in PARTNER_SIDE and not _names_partner(mapping, None):
            faults.append(("/default_role", "Name the claim that says which partner."))
        if mapping.default_role not in PARTNER_SIDE and mapping.own_partner_id is not None:
            faults.append(("/default_role", "A partner's provider gives partner roles only."))
    return faults


def read_person(claims: Mapping[str, object], mapping: ClaimRules) -> Person:
    """The person that verified claims tell of, by this mapping.

    Edges: a claim of another type than expected counts as absent; `true` as a text is no truth. The first rule whose
    value the person has decides, in the order of the rules.
    """
    names = mapping.claims
    rule = _first_rule(values_at(claims, names.get("roles")), mapping.rules)
    return Person(
        subject=_text_at(claims, names.get("subject")),
        email=_text_at(claims, names.get("email")),
        is_email_verified=_is_verified(_at(claims, names.get("email_verified")), mapping.trusts_emails),
        name=_text_at(claims, names.get("name")),
        rule_role=rule.role if rule else None,
        partner_id=mapping.own_partner_id
        or (rule.partner_id if rule else None)
        or _partner_at(claims, names.get("partner")),
    )


def email_fault(email: str | None, person: Person, mapping: ClaimRules) -> str | None:
    """Why an address, already in its one spelling, may not stand for the person; None if it may."""
    if email is None:
        return "email_missing"
    if not person.is_email_verified:
        return "email_unverified"
    if mapping.email_domains and email.rpartition("@")[2] not in mapping.email_domains:
        return "email_domain"
    return None


def values_at(claims: Mapping[str, object], name: str | None) -> frozenset[str]:
    """The texts a claim holds: one, or a list of them."""
    found = _at(claims, name)
    listed = found if isinstance(found, list) else [found]
    return frozenset(value for value in listed[:_MOST_VALUES] if isinstance(value, str))


def _first_rule(values: frozenset[str], rules: Sequence[Rule]) -> Rule | None:
    return next((rule for rule in rules if rule.value in values), None)


def _names_partner(mapping: ClaimRules, partner_id: UUID | None) -> bool:
    return bool(mapping.own_partner_id or partner_id or mapping.claims.get("partner"))


def _is_verified(said: object, trusts_emails: bool) -> bool:
    return said is True or (said is None and trusts_emails)


def _partner_at(claims: Mapping[str, object], name: str | None) -> UUID | None:
    text = _text_at(claims, name)
    try:
        return decode("par", text) if text else None
    except InvalidId:
        return None


def _text_at(claims: Mapping[str, object], name: str | None) -> str | None:
    found = _at(claims, name)
    is_text = isinstance(found, str) and 0 < len(found) <= _LONGEST and found.isprintable()
    return str(found) if is_text else None


def _at(claims: Mapping[str, object], name: str | None) -> object:
    """The value at a claim's name, or at a JSON pointer (RFC 6901) through objects."""
    if name is None or not name.startswith("/"):
        return claims.get(name) if name else None
    found: object = claims
    for part in name[1:].split("/"):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part.replace("~1", "/").replace("~0", "~"))
    return found
