"""Two accounts that become one, and one that is parted in two."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.accounts.schemas import AccountId, AccountRead, Domains, ExternalIds, LegalId
from ecosystem_api.network.partners.domain import MergeReason
from ecosystem_api.network.partners.schemas import MergeFinding
from ecosystem_api.runtime.wire import Country, Instant, Line, Prose, TypedId, Wire, told

SplitReason = Literal["mistaken_merge", "two_companies", "divested", "other"]
AccountMergeId = Annotated[UUID, TypedId("amrg")]
RegistrationId = Annotated[UUID, TypedId("deal")]
_DRY_RUN = "Whether it is only tried, which wants no `If-Match`: says what would move and what stands in the way."
_NEW_NAME = "A new account has a name of at least one letter or digit, and a country."
_OF_A_NEW_ONE = ("name", "country", "aliases", "domains", "legal_ids", "external_ids", "registration_ids")


class AccountMerge(Wire):
    """Which account stands for both, and why."""

    into_id: AccountId = told("The account that stands for both from then on.")
    reason: MergeReason = told("Why a person holds the two for one customer.", "duplicate")
    note: Prose | None = told("A word on it, for the record.", "Entered twice after the trade fair.", default=None)
    dry_run: bool = told(_DRY_RUN, True, default=False)


class AccountSplit(Wire):
    """What leaves an account: to a new one, or back to one that was merged into it."""

    model_config = Wire.model_config | {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Acme Marine GmbH",
                    "country": "DE",
                    "aliases": ["Acme Shipyards"],
                    "domains": ["acme-marine.example"],
                    "reason": "two_companies",
                }
            ]
        }
    }

    restore_id: AccountId | None = told(
        "The merged account that becomes one of its own again, with all that it brought. Nothing else is named then.",
        default=None,
    )
    name: Annotated[Line, Field(max_length=200)] | None = told(
        "Name of the new account.", "Acme Marine GmbH", default=None
    )
    country: Country | None = told("Its country.", "DE", default=None)
    aliases: list[Line] = told(
        "Names of the account that are the new one's.", ["Acme Shipyards"], default=[], max_length=200
    )
    domains: Domains = told("Its domains that are the new one's.", ["acme-marine.example"], default=[])
    legal_ids: list[LegalId] = told("Its numbers that are the new one's.", default=[], max_length=20)
    external_ids: ExternalIds = told("Its ids in other systems that are the new one's.", default=[])
    registration_ids: list[RegistrationId] = told(
        "Its deal registrations that are the new one's, with their claims.", default=[], max_length=200
    )
    reason: SplitReason = told("Why a person holds it for two customers.", "two_companies")
    note: Prose | None = told("A word on it, for the record.", "The shipyard was never ours.", default=None)
    dry_run: bool = told(_DRY_RUN, True, default=False)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.restore_id is not None:
            if any(getattr(self, name) for name in _OF_A_NEW_ONE):
                raise PydanticCustomError("restores_all", "Send restore_id alone: all that it brought goes back.")
        elif not self.name or not normal_name(self.name) or self.country is None:
            raise PydanticCustomError("name_missing", f"Send restore_id, or name and country. {_NEW_NAME}")
        return self


class AccountMergeRead(Wire):
    """What a merge did, or would do."""

    dry_run: bool = told("Whether it was only tried.", False)
    account: AccountRead = told("The account that stands for both, as it is then.")
    moved: dict[str, int] = told("How many rows follow, by kind of record.", {"deal_registrations": 2})
    conflicts: list[MergeFinding] = told("What stands in the way; empty once it is done.")
    remarks: list[MergeFinding] = told("What does not stand in the way and is worth knowing.")


class AccountMergeNote(Wire):
    """A merge that was done: into which account, by whom and why, and whether it was undone."""

    id: AccountMergeId = told("Id of the merge.")
    account_id: AccountId = told("The account that was merged.")
    into_id: AccountId = told("The account that it was merged into.")
    reason: MergeReason = told("Why a person held the two for one customer.", "duplicate")
    note: str | None = told("A word on it.", "Entered twice after the trade fair.")
    moved: dict[str, int] = told("How many rows followed, by kind of record.", {"deal_registrations": 2})
    merged_by_type: str = told("What kind of caller merged them.", "member")
    merged_by_id: str = told("Who merged them.", "mem_01h455vb4pex5vsknk084sn02q")
    merged_at: Instant = told("When.")
    undone_at: Instant | None = told("When a split gave the merged account back; null while the merge stands.")


class AccountSplitRead(Wire):
    """What a split did, or would do."""

    dry_run: bool = told("Whether it was only tried.", False)
    account: AccountRead = told("The account that was parted, as it is then.")
    parted: AccountRead = told("The new or restored account.")
    moved: dict[str, int] = told("How many rows leave, by kind of record.", {"account_aliases": 1})
    conflicts: list[MergeFinding] = told("What stands in the way; empty once it is done.")
    remarks: list[MergeFinding] = told("What does not stand in the way and is worth knowing.")
