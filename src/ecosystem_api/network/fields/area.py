"""What this room offers the house."""

from ecosystem_api.network.fields.events import (
    CustomFieldArchived,
    CustomFieldCreated,
    CustomFieldRestored,
    CustomFieldUpdated,
)
from ecosystem_api.network.fields.routes import router
from ecosystem_api.network.fields.tables import CustomFieldRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import DECIDERS, EVERYONE

AREA = Area(
    name="network/fields",
    router=router,
    tables=(CustomFieldRow,),
    exports=(Exports("custom_fields"),),
    grants=(
        Grant("custom-fields:read", EVERYONE, "Read the vendor's own fields; a partner those that it may read."),
        Grant("custom-fields:write", DECIDERS, "Add fields to records, change them, archive and restore them."),
    ),
    events=(CustomFieldCreated, CustomFieldUpdated, CustomFieldArchived, CustomFieldRestored),
)
