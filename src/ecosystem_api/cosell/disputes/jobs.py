"""What this room does when somebody gets a claim that a case is about."""

from ecosystem_api.cosell.disputes import service
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.deals.events import DealApproved


async def invite_holders(tx: Tx, who: Caller, heard: Heard) -> None:
    """A claim was granted: if it stands in the way of somebody who appealed, its partner is heard as well."""
    await service.invite_holders(tx, who, decode("acc", heard.data["account_id"]))


HANDLERS = (Handler("disputes.invite_holders", invite_holders, on=(DealApproved.type,)),)
