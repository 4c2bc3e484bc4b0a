"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports
from ecosystem_api.runtime.merge import Follower
from ecosystem_api.selling.claims import service
from ecosystem_api.selling.claims.tables import ProtectionRow

AREA = Area(
    name="selling/claims",
    tables=(ProtectionRow,),
    exports=(Exports("protections"),),
    followers=(Follower("accounts", service.follow_account),),
)
