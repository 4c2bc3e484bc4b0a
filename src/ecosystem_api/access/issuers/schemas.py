"""Trusted issuers on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from ecosystem_api.access.members.schemas import MemberRole
from ecosystem_api.runtime.domains import is_generic_host, plain_domain
from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, kept, told

IssuerId = Annotated[UUID, TypedId("iss")]
PartnerRef = Annotated[UUID, TypedId("par")]
IssuerStatus = Literal["active", "deactivated"]
TokenType = Literal["id_token", "access_token", "jwt"]
DefaultRole = Literal["analyst", "manager", "partner_member"]
Url = Annotated[str, StringConstraints(min_length=10, max_length=2048)]
Claim = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


def _mail_domain(value: str) -> str:
    domain = plain_domain(value)
    if domain is None:
        raise ValueError("a whole domain such as vendor.example, without wildcards")
    if is_generic_host(domain):
        raise ValueError("a domain of one owner: anybody can have an address at this one")
    return domain


Domain = Annotated[str, StringConstraints(max_length=253), AfterValidator(_mail_domain)]


class ClaimNames(Wire):
    """Which claims of the issuer's tokens say what. A name, or a JSON pointer (`/realm_access/roles`) into them."""

    subject: Claim = told("Who the person is: stable, and never given to another.", "sub", default="sub")
    email: Claim = told("The e-mail address.", "email", default="email")
    email_verified: Claim = told("Whether the address is verified.", "email_verified", default="email_verified")
    name: Claim = told("How the person is called.", "name", default="name")
    roles: Claim | None = told("What the rules look at: a text or a list of texts.", "groups", default=None)
    partner: Claim | None = told("The id (`par_…`) of the person's partner.", "partner_id", default=None)


class RoleRule(Wire):
    """A value of the roles' claim and what it gives."""

    value: Line = told("The value, compared letter by letter.", "ecosystem-managers")
    role: MemberRole = told("The role it gives.", "manager")
    partner_id: PartnerRef | None = told(
        "The partner of a partner's role; null where the partner's claim names it.", default=None
    )


class _Settings(Wire):
    name: Line = told("What it is called here.", "Corporate directory")
    audiences: list[Line] = told(
        "Values of `aud` that mean this vendor's frontends; a token that names any other is refused.",
        ["partner-portal"],
        min_length=1,
        max_length=10,
    )
    algorithm: Literal["ES256", "RS256"] = told("The one algorithm its tokens are signed with.", "RS256")
    token_type: TokenType = told(
        "What is exchanged: OpenID Connect ID tokens, access tokens by RFC 9068 (`at+jwt`), or other JWTs.", "id_token"
    )
    claims: ClaimNames = told("Which claims say what.")
    rules: list[RoleRule] = told(
        "Who gets which role: the first rule whose value the person has decides.",
        [{"value": "ecosystem-managers", "role": "manager", "partner_id": None}],
        max_length=200,
    )
    default_role: DefaultRole | None = told(
        "The role of people whom no rule names; null lets them in only if somebody added them. Never an admin's: "
        "that takes a rule.",
        "analyst",
    )
    provisions_members: bool = told("Whether people whom nobody added become members when they first sign in.", True)
    most_members: int = told("How many members it may bring.", 100, ge=1, le=100_000)
    email_domains: list[Domain] = told(
        "Domains of the addresses its people may have, each exactly; empty means any, for people added before only.",
        ["vendor.example"],
        max_length=50,
    )
    trusts_emails: bool = told(
        "Whether its addresses count as verified though it does not say so; an address it calls unverified never does.",
        False,
    )


class IssuerCreate(_Settings):
    """An identity provider to be trusted."""

    issuer: Url = told("Its address, letter by letter as in the tokens' `iss`.", "https://login.vendor.example")
    partner_id: PartnerRef | None = told(
        "The partner whose people it vouches for, and nobody else's; null for the vendor's own provider.", default=None
    )
    algorithm: Literal["ES256", "RS256"] = told(
        "The one algorithm its tokens are signed with.", "RS256", default="RS256"
    )
    token_type: TokenType = told(
        "What is exchanged: OpenID Connect ID tokens, access tokens by RFC 9068 (`at+jwt`), or other JWTs.",
        "id_token",
        default="id_token",
    )
    claims: ClaimNames = told("Which claims say what.", default=ClaimNames())
    rules: list[RoleRule] = told(
        "Who gets which role: the first rule whose value the person has decides.",
        [{"value": "ecosystem-managers", "role": "manager", "partner_id": None}],
        default=[],
        max_length=200,
    )
    default_role: DefaultRole | None = told("The role of people whom no rule names.", "analyst", default=None)
    provisions_members: bool = told(
        "Whether people whom nobody added become members when they first sign in.", True, default=False
    )
    most_members: int = told("How many members it may bring.", 100, default=100, ge=1, le=100_000)
    email_domains: list[Domain] = told(
        "Domains of the addresses its people may have, each exactly; needed to provision members.",
        ["vendor.example"],
        default=[],
        max_length=50,
    )
    trusts_emails: bool = told(
        "Whether its addresses count as verified though it does not say so.", False, default=False
    )


class IssuerUpdate(Wire):
    """What may change about a trusted issuer. Any change but that of the name has its people sign in anew."""

    name: Line | None = kept("What it is called here.", "Corporate directory")
    audiences: list[Line] | None = kept(
        "Values of `aud` that mean this vendor's frontends.", ["partner-portal"], min_length=1, max_length=10
    )
    algorithm: Literal["ES256", "RS256"] | None = kept("The one algorithm its tokens are signed with.", "ES256")
    token_type: TokenType | None = kept("What is exchanged.", "id_token")
    claims: ClaimNames | None = kept("Which claims say what, all of them.")
    rules: list[RoleRule] | None = kept(
        "Who gets which role, all of them.",
        [{"value": "ecosystem-managers", "role": "manager", "partner_id": None}],
        max_length=200,
    )
    default_role: DefaultRole | None = told("The role of people whom no rule names.", "analyst", default=None)
    provisions_members: bool | None = kept("Whether people whom nobody added become members.", True)
    most_members: int | None = kept("How many members it may bring.", 100, ge=1, le=100_000)
    email_domains: list[Domain] | None = kept(
        "Domains of the addresses its people may have.", ["vendor.example"], max_length=50
    )
    trusts_emails: bool | None = kept("Whether its addresses count as verified.", False)


class IssuerRead(_Settings):
    """A trusted identity provider."""

    id: IssuerId = told("Id of the trusted issuer.")
    client_id: str = told(
        "The `client_id` that frontends send to POST /oauth/token when they exchange its tokens; no secret.",
        "iss_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r",
    )
    issuer: str = told("Its address, letter by letter as in the tokens' `iss`.", "https://login.vendor.example")
    partner_id: PartnerRef | None = told("The partner whose people it vouches for; null for the vendor's own.")
    status: IssuerStatus = told("Whether its tokens are exchanged.", "active")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was added.")
    updated_at: Instant = told("When it last changed.")


class KeyRead(Wire):
    """A public key as far as it concerns whoever set the trust up."""

    kid: str = told("Its name.", "key-2026-11")
    algorithm: str = told("The algorithm it serves.", "RS256")


class IssuerCheck(Wire):
    """What the identity provider answers now."""

    is_usable: bool = told("Whether its tokens could be verified now.", True)
    detail: str = told("What is wrong, or that nothing is.", "The issuer publishes 2 keys for RS256.")
    keys: list[KeyRead] = told("The keys it publishes that can be used here.")
