"""What this room offers the house."""

from ecosystem_api.network.personas.events import PersonaCreated, PersonaRetired, PersonaUpdated
from ecosystem_api.network.personas.routes import router
from ecosystem_api.network.personas.service import seed_personas
from ecosystem_api.network.personas.tables import PersonaRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import DECIDERS, EVERYONE

AREA = Area(
    name="network/personas",
    router=router,
    tables=(PersonaRow,),
    exports=(Exports("personas"),),
    grants=(
        Grant("personas:read", EVERYONE, "Read the kinds of partner and what they may do."),
        Grant("personas:write", DECIDERS, "Add kinds of partner, reword and retire them."),
    ),
    events=(PersonaCreated, PersonaUpdated, PersonaRetired),
    on_new_vendor=seed_personas,
)
