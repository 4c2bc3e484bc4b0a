"""News of imports. What the rows did is told by the rooms that applied them."""

from pydantic import Field

from ecosystem_api.exchange.imports.schemas import ImportId
from ecosystem_api.runtime.ledger import Event


class _ImportNews(Event):
    import_id: ImportId = Field(description="The import.")
    kind: str = Field(description="Kind of record.", examples=["partners"])
    dry_run: bool = Field(description="Whether rows are only tried.", examples=[False])
    total_rows: int = Field(description="Rows of the file.", examples=[1200])


class _ImportEnd(_ImportNews):
    created: int = Field(description="Rows that made a record.", examples=[1180])
    updated: int = Field(description="Rows that changed one.", examples=[12])
    unchanged: int = Field(description="Rows that said nothing new.", examples=[5])
    failed: int = Field(description="Rows that were refused.", examples=[3])


class ImportStarted(_ImportNews):
    """The first batch of an import began."""

    type = "import.started"


class ImportCompleted(_ImportEnd):
    """Every row of an import was worked off."""

    type = "import.completed"


class ImportCancelled(_ImportEnd):
    """An import was stopped; what it did until then stays."""

    type = "import.cancelled"


class ImportFailed(_ImportEnd):
    """An import could not go on, because its kind of record is no longer offered."""

    type = "import.failed"
