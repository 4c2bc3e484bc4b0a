"""What can go wrong with an embedded server; every message says what to change."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL could not do what was asked."""


class BinariesNotFoundError(EmbeddedPostgresError):
    """No PostgreSQL that can be run was found."""


class DataDirectoryError(EmbeddedPostgresError):
    """The data directory cannot be used as it is."""


class DataDirectoryInUseError(DataDirectoryError):
    """A data directory has one server at a time, and this one has one already."""


class ServerStartError(EmbeddedPostgresError):
    """The server ended, or did not become ready, while starting."""
