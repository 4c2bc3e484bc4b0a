"""Judge the values that other rooms keep: what may be written, by whom, and what is still needed."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.network.fields import store
from ecosystem_api.network.fields.domain import (
    MOST_CHARACTERS,
    CustomField,
    NotAValue,
    Value,
    merged_values,
    missing_keys,
    value_of,
)
from ecosystem_api.network.fields.errors import CustomFieldNotWritable
from ecosystem_api.network.fields.service.define import field_of
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx

PLACE: Final = "/custom_fields"


async def take_values(
    tx: Tx,
    who: Caller,
    resource: str,
    sent: Mapping[str, Any] | None,
    held: Mapping[str, Value],
    *,
    place: str = PLACE,
    is_new: bool = False,
) -> dict[str, Value]:
    """The values of a record after a merge patch; asks nothing where nothing is sent.

    Shape: `place` is where the request names them; `is_new` where a record is added whose required fields are needed
    at once. Edges: a required field of a deal registration may be empty, until it is submitted.
    Errors: `InvalidRequest` for an unknown or archived field and for what a field cannot hold; `CustomFieldNotWritable`
    for a partner's caller.
    """
    if not sent and not is_new:
        return dict(held)
    fields = await _known(tx, who, resource)
    writing = Writing(resource, fields, place, for_partner=who.is_partner)
    values = merged_values(held, writing.read(sent or {}))
    if resource != "deal_registration":
        needed = missing_keys(fields.values(), values)
        writing.need(needed if is_new else [key for key in needed if key in held])
    writing.end(values)
    return values


async def refuse_kept(tx: Tx, who: Caller, resource: str, keys: Collection[str], *, place: str = PLACE) -> None:
    """What is proposed to be otherwise is what partners write; the rest the vendor's side changes by itself.

    Errors: `InvalidRequest`, naming the fields.
    """
    fields = await _known(tx, who, resource) if keys else {}
    kept = [key for key in keys if key in fields and fields[key].partner_access != "write"]
    if kept:
        detail = "The vendor's side keeps this field, and changes it at any time by PATCH of the record."
        raise InvalidRequest(errors=[FieldError(f"{place}/{key}", "kept_by_vendor", detail) for key in kept])


async def keys_shown(tx: Tx, who: Caller, resource: str) -> frozenset[str]:
    """The keys of the fields that a caller may read, archived ones too: records of before name them."""
    return frozenset(await _known(tx, who, resource))


async def are_kept(tx: Tx, who: Caller, resource: str, keys: Collection[str]) -> bool:
    """Whether these are fields that the vendor's side keeps, and the caller stands there."""
    if who.is_partner or not keys:
        return False
    fields = await _known(tx, who, resource)
    return all(key in fields and fields[key].partner_access != "write" for key in keys)


class Writing:
    """A merge patch of values on its way into a record: every fault is told at once."""

    def __init__(self, resource: str, fields: Mapping[str, CustomField], place: str, *, for_partner: bool) -> None:
        self._resource, self._fields, self._place, self._for_partner = resource, fields, place, for_partner
        self._faults: list[FieldError] = []
        self._foreign: list[FieldError] = []

    def read(self, sent: Mapping[str, Any]) -> dict[str, Value | None]:
        """What was sent as fields keep it, without what they do not take."""
        taken: dict[str, Value | None] = {}
        for key, value in sent.items():
            field = self._fields.get(key)
            if field is None or field.is_archived:
                self._refuse(key, "archived_field" if field else "unknown_custom_field", self._known_ones(field))
            elif self._for_partner and field.partner_access != "write":
                detail = "Kept by the vendor; a partner reads it."
                self._foreign.append(FieldError(self._pointer(key), CustomFieldNotWritable.code, detail))
            elif value is None:
                taken[key] = None
            else:
                try:
                    taken[key] = value_of(field, value)
                except NotAValue as refused:
                    self._refuse(key, refused.code, str(refused))
        return taken

    def need(self, keys: Iterable[str]) -> None:
        """Refuse a record without these."""
        for key in keys:
            self._refuse(key, "required", "A value is needed.")

    def end(self, values: Mapping[str, Value]) -> None:
        """Raise what was found. Errors: `InvalidRequest`, `CustomFieldNotWritable`."""
        if len(json.dumps(values, ensure_ascii=False)) > MOST_CHARACTERS:
            detail = f"The values of one record have at most {MOST_CHARACTERS} characters together."
            self._faults.append(FieldError(self._place, "values_too_long", detail))
        if self._faults:
            raise InvalidRequest(errors=self._faults[:50])
        if self._foreign:
            raise CustomFieldNotWritable(errors=self._foreign)

    def _refuse(self, key: str, code: str, detail: str) -> None:
        if not any(fault.pointer == self._pointer(key) for fault in self._faults):
            self._faults.append(FieldError(self._pointer(key), code, detail))

    def _pointer(self, key: str) -> str:
        return f"{self._place}/{key.replace('~', '~0').replace('/', '~1')}"[:200]

    def _known_ones(self, field: CustomField | None) -> str:
        words = "Archived, and in use no more" if field else f"Not a field of this vendor's {self._resource}"
        keys = sorted(one.key for one in self._fields.values() if not one.is_archived)
        return f"{words}; there are: {', '.join(keys) or 'none'}."[:500]


async def _known(tx: Tx, who: Caller, resource: str) -> dict[str, CustomField]:
    """The fields by key. For a partner those that it may read, also where the transaction sees more."""
    rows: Sequence[Mapping[str, Any]] = await store.fields_of(tx, resource)
    found = [field_of(row) for row in rows]
    return {one.key: one for one in found if not (who.is_partner and one.partner_access == "none")}
