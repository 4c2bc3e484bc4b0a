"""What every table is, and how its constraints are called."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the house. Each says in `info["scope"]` which rows a partner's transaction may see.

    Scopes: `partner` (rows with its own partner_id), `shared` (all rows of the vendor), `staff` (none),
    `self` (the row whose id is the partner's), `audience` (own rows and those for every partner),
    `linked` (rows a link table grants), `published` (rows that are not drafts),
    `disclosed` (rows whose `partner_access` is not `none`),
    `machinery` (rows no room reads on a caller's behalf: no partner predicate),
    `reference` and `local` (no tenant at all, listed by name).
    """

    metadata = MetaData(naming_convention=NAMING)
