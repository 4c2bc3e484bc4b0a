"""One request: verified caller, strict body, one transaction, one commit, and only then the answer.

Every room's routes are of the class `Door`. What a route needs beyond the default it says with a dependency that
the door reads when the route is made: `allow("deals:write")`, `public("why")`, `Takes("text/csv")`.
"""

from ecosystem_api.runtime.http.door.marks import (
    CurrentTx,
    Permission,
    Public,
    Takes,
    allow,
    machinery_of,
    markers_of,
    public,
    with_caller,
)
from ecosystem_api.runtime.http.door.route import Door, room_router
from ecosystem_api.runtime.http.door.transaction import admitted_again, answer_later

__all__ = [
    "CurrentTx",
    "Door",
    "Permission",
    "Public",
    "Takes",
    "admitted_again",
    "allow",
    "answer_later",
    "machinery_of",
    "markers_of",
    "public",
    "room_router",
    "with_caller",
]
