"""What this room does when a partner leaves the programme."""

from ecosystem_api.access.issuers import service
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard


async def partner_left(tx: Tx, who: Caller, heard: Heard) -> None:
    """An offboarded partner's identity providers are no longer trusted."""
    await service.deactivate_all_of(tx, who, decode("par", heard.subject_id))


HANDLERS = (Handler("issuers.partner_left", partner_left, on=("partner.offboarded",)),)
