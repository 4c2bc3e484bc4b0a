"""What this room does when a partner lets its time run out, or does not take a lead, or does nothing with it."""

from ecosystem_api.cosell.leads import service
from ecosystem_api.cosell.leads.events import LeadDeclined, LeadTakenBack, LeadTimedOut
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard


async def time_out(tx: Tx, who: Caller, heard: Heard) -> None:
    """The time to answer an offer is over."""
    await service.time_out(tx, who, decode("loff", heard.subject_id))


async def watch_idle(tx: Tx, who: Caller, heard: Heard) -> None:
    """It is time to look whether an accepted lead was registered."""
    await service.watch_idle(tx, who, decode("lead", heard.subject_id), heard.data.get(service.NOTICED))


async def reroute(tx: Tx, who: Caller, heard: Heard) -> None:
    """A partner did not take a lead: the next is asked."""
    await service.reroute(tx, who, decode("lead", heard.subject_id))


HANDLERS = (
    Handler(service.TIME_OUT, time_out),
    Handler(service.WATCH, watch_idle),
    Handler("leads.reroute", reroute, on=(LeadDeclined.type, LeadTimedOut.type, LeadTakenBack.type)),
)
