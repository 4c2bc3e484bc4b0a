"""Take accounts from others' lists: a bulk request, an import."""

from collections.abc import Mapping
from typing import Any

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountExternalId, AccountRead, AccountUpdate
from ecosystem_api.market.recognition.schemas import AccountImport, AccountResolve
from ecosystem_api.market.recognition.service.match import MANAGE
from ecosystem_api.market.recognition.service.recognise import resolve_account
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.bulk import IfKnown


async def put_account(tx: Tx, who: Caller, body: AccountResolve, if_known: IfKnown) -> tuple[str, str]:
    """Find or create a customer, or keep or change the one that other systems know by one of its external ids.

    Shape: (`created` | `updated` | `unchanged`, id). Edges: one recognised by evidence alone is answered as it is.
    Errors: as recognising and changing an account; `ExternalIdTaken` when its ids lead to several.
    """
    external_ids = body.staff.external_ids if body.staff and if_known != "refuse" else []
    account_id = await accounts.find_by_external_ids(tx, external_ids)
    if account_id is None:
        resolved = await resolve_account(tx, who, body)
        return ("created" if resolved.is_new else "unchanged"), encode("acc", resolved.account.id)
    who.require(MANAGE)
    if if_known == "update":
        before = await accounts.get_account(tx, account_id)
        if changes := _changes(body, before):
            await accounts.update_account(tx, who, account_id, AccountUpdate.model_validate(changes), "*")
            return "updated", encode("acc", account_id)
    return "unchanged", encode("acc", account_id)


async def import_account(tx: Tx, who: Caller, line: AccountImport) -> tuple[str, str]:
    """One line of an import: known by its external id, else recognised by evidence, else created.

    Shape: (`created` | `updated` | `unchanged`, id). A recognised account gets the line's external id and spelling.
    """
    known = await accounts.find_by_external_id(tx, line.system, line.external_id)
    if known is not None:
        return "unchanged", encode("acc", known)
    body = AccountResolve.model_validate({**line.as_create().model_dump(), "on_match": "use"})
    resolved = await resolve_account(tx, who, body)
    if not resolved.is_new:
        known_as = AccountExternalId(system=line.system, id=line.external_id)
        await accounts.add_imported(tx, who, resolved.account.id, [line.name, *line.aliases], known_as)
    return ("created" if resolved.is_new else "updated"), encode("acc", resolved.account.id)


def _changes(body: AccountResolve, before: AccountRead) -> Mapping[str, Any]:
    """What an item says otherwise than the record. Ids in other systems are added: those of a third stay."""
    sent = body.model_dump(exclude_unset=True, exclude={"staff", "on_match"})
    sent |= body.staff.model_dump(exclude_unset=True) if body.staff else {}
    held = before.model_dump(exclude={"staff"}) | (before.staff.model_dump() if before.staff else {})
    if "external_ids" in sent:
        new = [known for known in sent["external_ids"] if known not in held["external_ids"]]
        sent["external_ids"] = held["external_ids"] + new
    if "custom_fields" in sent:
        # The patch counts by what it would change.
        sent["custom_fields"] = {
            key: value for key, value in sent["custom_fields"].items() if held["custom_fields"].get(key) != value
        }
        held["custom_fields"] = {}
    return {name: value for name, value in sent.items() if not _is_same(value, held[name])}


def _is_same(one: Any, other: Any) -> bool:
    is_list = isinstance(one, list) and isinstance(other, list)
    return sorted(map(str, one)) == sorted(map(str, other)) if is_list else bool(one == other)
