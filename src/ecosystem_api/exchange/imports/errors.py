"""Refusals of this room: what is wrong with a file as a whole. Faults of single rows are listed with the import."""

from ecosystem_api.kernel.problem import InvalidRequest


class UnknownImportKind(InvalidRequest):
    """Records of this kind cannot be imported; the documentation lists those that can, with their columns."""

    code = "unknown_import_kind"
    title = "Unknown kind of import"


class UnreadableFile(InvalidRequest):
    """The file cannot be split into rows, so nothing of it was taken."""

    code = "unreadable_file"
    title = "Unreadable file"


class WrongColumns(InvalidRequest):
    """The header row has unknown, repeated or missing columns, so nothing of the file was taken."""

    code = "wrong_columns"
    title = "Wrong columns"
