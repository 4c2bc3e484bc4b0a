"""What this room offers the house."""

from ecosystem_api.exchange.imports.events import ImportCancelled, ImportCompleted, ImportFailed, ImportStarted
from ecosystem_api.exchange.imports.jobs import WORK
from ecosystem_api.exchange.imports.routes import router
from ecosystem_api.exchange.imports.tables import ImportChunkRow, ImportJobRow, ImportProblemRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import EDITORS

AREA = Area(
    name="exchange/imports",
    router=router,
    tables=(ImportJobRow, ImportChunkRow, ImportProblemRow),
    exports=(
        Exports("import_jobs"),
        Exports("import_problems"),
        Exports("import_chunks", withheld="the sender's own file, deleted as soon as its import has ended"),
    ),
    grants=(
        Grant("imports:read", EDITORS, "Follow imports and read what was wrong with their rows."),
        Grant("imports:write", EDITORS, "Import records in bulk; each kind needs its own permission besides."),
    ),
    events=(ImportStarted, ImportCompleted, ImportCancelled, ImportFailed),
    handlers=(WORK,),
)
