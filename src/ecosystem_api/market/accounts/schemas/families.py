"""What accounts are called besides their name, and which belongs to which, with days and with who confirmed it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from ecosystem_api.market.accounts.domain import TieEvidence
from ecosystem_api.market.accounts.schemas.records import AccountId, read_name
from ecosystem_api.runtime.wire import Day, Instant, Line, TypedId, Wire, told

AccountAliasId = Annotated[UUID, TypedId("aal")]
AccountRelationId = Annotated[UUID, TypedId("arel")]
Standing = Literal["proposed", "confirmed", "refused"]
AliasSource = Literal["given", "imported", "merged", "observed"]
RelationSource = Literal["given", "observed"]
_FROM = "First day on which it holds; null: since nobody knows when."
_UNTIL = "First day on which it holds no more; null while no end is set."
_STANDING = "proposed: nobody has decided, a person looks. confirmed: it counts. refused: it counts for nothing."


class AccountSpanUpdate(Wire):
    """From when until when something holds."""

    from_on: Day | None = told(_FROM, "2024-01-01", default=None)
    until_on: Day | None = told(_UNTIL, "2026-07-01", default=None)


class AccountAliasCreate(AccountSpanUpdate):
    """Another name of an account."""

    account_id: AccountId = told("The account that is called so.")
    name: Annotated[Line, Field(max_length=200)] = told("The other name.", "Acme Industrie AG")

    _name = field_validator("name")(read_name)


class AccountRelationCreate(AccountSpanUpdate):
    """That an account belongs to another."""

    account_id: AccountId = told("The account that belongs to the other.")
    parent_id: AccountId = told("The account that it belongs to.")


class _Decided(Wire):
    from_on: date | None = told(_FROM, "2024-01-01")
    until_on: date | None = told(_UNTIL, "2026-07-01")
    standing: Standing = told(_STANDING, "confirmed")
    decided_by_type: str | None = told("What kind of caller confirmed or refused it; null while proposed.", "member")
    decided_by_id: str | None = told("Who confirmed or refused it.", "mem_01h455vb4pex5vsknk084sn02q")
    decided_at: Instant | None = told("When that was.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was made.")
    updated_at: Instant = told("When it last changed.")


class AccountAliasRead(_Decided):
    """Another name of an account, and since when and until when it is called so."""

    id: AccountAliasId = told("Id of the name.")
    account_id: AccountId = told("The account that is called so.")
    name: str = told("The name, as it was spelled.", "Acme Industrie AG")
    source: AliasSource = told(
        "given by a person, imported, brought by a merge, or observed where somebody described the account.", "given"
    )


class AccountRelationRead(_Decided):
    """That an account belongs to another, and since when and until when."""

    id: AccountRelationId = told("Id of the relation.")
    account_id: AccountId = told("The account that belongs to the other.")
    parent_id: AccountId = told("The account that it belongs to.")
    source: RelationSource = told("given by a person, or observed when an account was made.", "observed")
    evidence: TieEvidence | None = told(
        "What was observed: shared_domain, or name_begins where one name begins with the other.", "shared_domain"
    )


class FamilyMember(Wire):
    """An account of a family."""

    account_id: AccountId = told("The account.")
    name: str = told("Its name.", "Acme Marine GmbH")
    country: str = told("Its country.", "DE")
    parent_id: AccountId | None = told("The account that it belongs to; null for the root.")
    level: int = told("How many relations lie between it and the root.", 1)
    is_customer: bool = told("Whether it has a running subscription.", False)


class AccountFamily(Wire):
    """The accounts that belong together on a day."""

    as_of: date = told("The day.", "2026-03-31")
    root_id: AccountId = told("The account that belongs to no other; the account asked for, if it stands alone.")
    members: list[FamilyMember] = told("All of them, the root first, level by level and by name.")
