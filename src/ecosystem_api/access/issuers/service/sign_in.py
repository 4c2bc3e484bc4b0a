"""Let a person in on an issuer's word: read the trust, check the token against the issuer's keys, follow the rules.

The keys may have to be fetched from the other side of the world, so no transaction is open meanwhile: the trust is read
before, and must be the same version after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from starlette.types import Scope

from ecosystem_api.access.issuers import store
from ecosystem_api.access.issuers.domain import email_fault, read_person
from ecosystem_api.access.issuers.errors import IssuerUnavailable, IssuerUnknown, SubjectTokenRefused
from ecosystem_api.access.issuers.service.manage import rules_for
from ecosystem_api.access.issuers.tables import IssuerRow
from ecosystem_api.access.members import service as members
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.domains import plain_email
from ecosystem_api.runtime.keysets import KeysUnavailable
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import Expected, ForeignClaims, TokenRefused, kid_of, verify_foreign_token

LONGEST_TOKEN = timedelta(hours=24)
_UNTYPED = frozenset({"", "jwt"})
_TYPES = {
    "id_token": _UNTYPED,
    "jwt": _UNTYPED,
    "access_token": frozenset({"at+jwt", "application/at+jwt"}),
}


@dataclass(frozen=True)
class SignedIn:
    """Who came in, as what, and until when the issuer's word holds."""

    member_id: UUID
    partner_id: UUID | None
    role: Role
    until: datetime


async def sign_in(
    machinery: Machinery, vendor_id: UUID, issuer_id: UUID, token: str, token_type: str, connection: Scope
) -> SignedIn:
    """Let the person in whom this vendor's trusted issuer names in a token.

    Errors: `IssuerUnknown`, `IssuerUnavailable`, `SubjectTokenRefused`, `PersonNotAdmitted`, `TooManyRequests`.
    """
    async with machinery.database.transaction(vendor_id) as tx:
        trust = await store.find_issuer(tx, issuer_id)
    if trust is None or trust.status != "active":
        raise IssuerUnknown()
    if token_type != trust.token_type:
        raise SubjectTokenRefused("wrong_type", f"This issuer's people send subject tokens of type {trust.token_type}.")
    found = await _verified(machinery, trust, token)
    async with machinery.database.transaction(vendor_id) as tx:
        admitted = await _let_in(tx, trust, found, connection.get("state", {}).get("request_id"))
        await machinery.limits.charge_token(connection, tx, encode("mem", admitted.member_id))
    return SignedIn(admitted.member_id, admitted.partner_id, admitted.role, found.expires_at)


async def _verified(machinery: Machinery, trust: IssuerRow, token: str) -> ForeignClaims:
    types = _TYPES[trust.token_type]
    expected = Expected(types, trust.algorithm, trust.issuer, frozenset(trust.audiences), LONGEST_TOKEN)
    kid = None
    try:
        # The name of the key is looked for at the issuer that was configured, never at one that the token names.
        kid = kid_of(token, types)
        ring = await machinery.keysets.of_issuer(trust.issuer, kid, trust.algorithm)
        found = verify_foreign_token(token, ring, expected, machinery.clock())
    except KeysUnavailable:
        raise IssuerUnavailable(headers={"Retry-After": "10"}) from None
    except TokenRefused as refused:
        # Keys are looked for anew once a minute at most.
        comes = " A key that the issuer has just published is known within a minute."
        is_unknown = refused.reason == ("bad_signature" if kid is None else "unknown_key")
        raise SubjectTokenRefused(refused.reason, refused.sentence + comes * is_unknown) from None
    if found.expires_at <= machinery.clock():
        # The leeway is for clocks that differ, not for tokens made from nothing.
        raise SubjectTokenRefused("expired", "Its exp has passed.")
    presenter = found.claims.get("azp")
    if trust.token_type == "id_token" and presenter not in (None, *trust.audiences):  # noqa: S105 - a kind, no password
        raise SubjectTokenRefused("wrong_audience", "Its azp, whom it was made for, is none of the issuer's audiences.")
    return found


async def _let_in(tx: Tx, trust: IssuerRow, found: ForeignClaims, request_id: str | None) -> members.Admitted:
    claims = rules_for(trust, await store.rules_of(tx, [trust.id]))
    person = read_person(found.claims, claims)
    if person.subject is None:
        raise SubjectTokenRefused(
            "missing_claim", "It does not say who the person is: the claim for the subject is empty."
        )
    is_known = await members.is_known(tx, trust.id, person.subject)
    # A first sign-in counts and adds members: one at a time. Later ones only must not cross a change of the trust.
    row = await store.find_issuer(tx, trust.id, lock="share" if is_known else "update")
    if row is None or row.status != "active" or row.version != trust.version:
        raise IssuerUnknown("The trust in this issuer has just changed; try again.")
    email = plain_email(person.email) if person.email else None
    fault = email_fault(email, person, claims)
    arrival = members.Arrival(
        issuer_id=row.id,
        subject=person.subject,
        email=None if fault else email,
        email_fault=fault,
        display_name=person.name,
        rule_role=person.rule_role,
        default_role=row.default_role,
        partner_id=person.partner_id,
        own_partner_id=row.partner_id,
        may_provision=row.provisions_members,
        most_members=row.most_members,
    )
    who = Caller(tx.vendor_id, "issuer", encode("iss", row.id), Role.SYSTEM, None, frozenset(), request_id)
    return await members.admit(tx, who, arrival)
