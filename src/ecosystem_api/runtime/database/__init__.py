"""One request, one transaction: opened for one vendor (and one partner), closed by one commit.

The tenant context is set with SET LOCAL right behind BEGIN, and both travel with the first statement, so it can neither
outlive the transaction nor leak through a connection pooler; a statement of a request that only reads carries it alone,
and is a transaction of its own. The engine runs in the driver's autocommit mode for that reason: BEGIN and COMMIT are
ours, in `Database.transaction`, and nowhere else.
"""

from ecosystem_api.runtime.database.base import Base
from ecosystem_api.runtime.database.errors import constraint_name, sqlstate
from ecosystem_api.runtime.database.opening import Database, open_engine
from ecosystem_api.runtime.database.scope import partner_predicate, scoped
from ecosystem_api.runtime.database.tx import Tx

__all__ = ["Base", "Database", "Tx", "constraint_name", "open_engine", "partner_predicate", "scoped", "sqlstate"]
