"""docs/imports.md: what bulk import accepts, column by column."""

from ecosystem_api.exchange.imports.domain import MAX_ROW_BYTES, MAX_ROWS
from ecosystem_api.reference.markdown import shape, table
from ecosystem_api.runtime.area import Catalog, ImportKind
from ecosystem_api.runtime.settings import Settings

_MEGABYTE = 1_048_576
_HOW = f"""\
A file of records is taken at once, worked off in the background and answered row by row. Send it to `POST /v1/imports`,
or let the command do that, follow the import and list what was wrong:

```
ecosystem-api import --kind partners partners.csv --dry-run
ecosystem-api import --kind partners partners.csv
```

The command takes `ECOSYSTEM_TOKEN`, or `ECOSYSTEM_CLIENT_ID` and `ECOSYSTEM_CLIENT_SECRET`; `--url` names a service on
another machine; with `--json` it answers programs. It ends with 1 when a row was refused. A dry run tries every row by
itself and keeps nothing.

| | |
| --- | --- |
| Formats | CSV (`text/csv`) and NDJSON (`application/x-ndjson`), by the file's name: `.csv`, `.ndjson`, `.jsonl` |
| Encoding | UTF-8, with or without a byte order mark; any other is refused, with the first wrong byte |
| Delimiter | Comma; cells with commas, quotes or line breaks stand in double quotes, quotes are doubled (RFC 4180) |
| Header | CSV: the first row names the columns, in any order; unknown, repeated and missing ones are refused |
| Cells | Empty: the field is absent. A list: values separated by `;`. An object: JSON |
| NDJSON | One JSON object a line, with the same fields |
| Size of a file | {Settings.model_fields["max_import_bytes"].default // _MEGABYTE} MB and {MAX_ROWS:,} rows at most |
| Size of a row | {MAX_ROW_BYTES // 1024} KB at most |

A file that cannot be read to its end is refused whole. A faulty row stops no other: it is listed with its number, the
field and what would be right. A kind of record that can be imported lists its columns here. The key column makes a
repeat recognisable: the same line sent twice changes nothing the second time. For a few records with an answer at
once, see the bulk operations of the API.
"""


def render(offers: Catalog) -> str:
    """The page."""
    parts = ["# Imports\n", _HOW]
    if not offers.imports:
        parts.append("No room offers an import yet.\n")
    parts += [_kind(kind) for kind in sorted(offers.imports.values(), key=lambda kind: kind.name)]
    return "\n".join(parts)


def _kind(kind: ImportKind) -> str:
    schema = kind.row.model_json_schema(mode="validation")
    required = set(schema.get("required", ()))
    rows = [
        [
            f"`{name}`" + (" (key)" if name == kind.key else ""),
            shape(field),
            "yes" if name in required else "no",
            str(field.get("description", "")),
        ]
        for name, field in schema.get("properties", {}).items()
    ]
    sentence = (kind.row.__doc__ or "").strip().split("\n")[0]
    head = f"## `{kind.name}`\n\n{sentence} Needs the permission `{kind.permission}`.\n\n"
    return head + table(["Column", "Type", "Required", "Meaning"], rows)
