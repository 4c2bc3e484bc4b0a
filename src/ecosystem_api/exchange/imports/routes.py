"""Paths of imports."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from ecosystem_api.exchange.imports import service
from ecosystem_api.exchange.imports.domain import FORMATS
from ecosystem_api.exchange.imports.schemas import ImportId, ImportProblemRead, ImportRead, ImportStatus
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, Takes, allow, created, machinery_of, room_router, tagged
from ecosystem_api.runtime.http.body import media_type
from ecosystem_api.runtime.limits import IMPORTS, counted
from ecosystem_api.runtime.machinery import Machinery

router = room_router("imports")
Reader = Annotated[Caller, allow("imports:read")]
Writer = Annotated[Caller, allow("imports:write")]
Kind = Annotated[str, Query(max_length=100, description="Kind of record, such as `partners`.", examples=["partners"])]

_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string", "description": "UTF-8; the first row names the columns."},
                "example": "external_id,name,country\nC-1001,Acme Industries GmbH,DE\n",
            },
            "application/x-ndjson": {
                "schema": {"type": "string", "description": "UTF-8; one JSON object a line."},
                "example": '{"external_id": "C-1001", "name": "Acme Industries GmbH", "country": "DE"}\n',
            },
        },
    }
}


@router.post(
    "/v1/imports",
    status_code=202,
    response_model=ImportRead,
    openapi_extra=_FILE,
    dependencies=[counted(IMPORTS)],
)
async def start_import(
    request: Request,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Annotated[Machinery, Depends(machinery_of)],
    data: Annotated[bytes, Depends(Takes(*FORMATS, is_import=True))],
    kind: Kind,
    dry_run: Annotated[bool, Query(description="Only try: every row is applied by itself and taken back.")] = False,
) -> ImportRead:
    """Import a file of up to 50 MB, 200,000 rows and 64 KB a row.

    CSV: UTF-8, commas, a header row of field names; an empty cell is an absent field; a list is values separated by
    `;`, an object is JSON. NDJSON: one object a line. A file that cannot be read is refused as a whole; a faulty row
    stops no other and is listed under the import's problems. Rows are applied in batches, in the order of the file,
    with the permissions of this caller. Sending a file again changes nothing the second time. A dry run tries every
    row against what is stored, not against the rows before it.
    """
    read = await service.take_file(
        tx, who, machinery.catalog, kind=kind, media_type=media_type(request), data=data, dry_run=dry_run
    )
    return created(response, f"/v1/imports/{encode('imp', read.id)}", read)


@router.get("/v1/imports", response_model=Page[ImportRead])
async def list_imports(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    kind: Annotated[str | None, Query(max_length=100, description="Only imports of this kind of record.")] = None,
    status: Annotated[ImportStatus | None, Query(description="Only imports in this state.")] = None,
) -> Page[ImportRead]:
    """List imports, newest first."""
    return await service.list_imports(tx, paging, kind=kind, status=status)


@router.get("/v1/imports/{import_id}", response_model=ImportRead)
async def get_import(import_id: ImportId, tx: CurrentTx, response: Response, who: Reader) -> ImportRead:
    """Read how far an import is and what came of its rows."""
    return tagged(response, await service.get_import(tx, import_id))


@router.get("/v1/imports/{import_id}/problems", response_model=Page[ImportProblemRead])
async def list_problems(
    import_id: ImportId, tx: CurrentTx, who: Reader, paging: Annotated[Paging, Depends()]
) -> Page[ImportProblemRead]:
    """List what was wrong with single rows, in the order of the file."""
    return await service.list_problems(tx, import_id, paging)


@router.post("/v1/imports/{import_id}/cancel", response_model=ImportRead)
async def cancel_import(import_id: ImportId, tx: CurrentTx, response: Response, who: Writer) -> ImportRead:
    """Stop an import. What its rows did until then stays; its file is deleted."""
    return tagged(response, await service.cancel_import(tx, who, import_id))
