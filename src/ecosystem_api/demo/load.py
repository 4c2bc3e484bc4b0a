"""Load the demonstration: open the vendor, play eighteen months, hand out the credentials."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from ecosystem_api.areas import catalog
from ecosystem_api.demo import deals, opening, partners
from ecosystem_api.demo.cast.customers import invent
from ecosystem_api.demo.stage import Calendar, Stage, StagedDatabase
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.runtime.caller import Role
from ecosystem_api.runtime.clock import system_clock
from ecosystem_api.runtime.keyring import Keyring
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings

SEED: Final = 20
Progress = Callable[[int, int, str], Any]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much there is. Units: `days` of history."""

    partners: int = 40
    accounts: int = 300
    deals: int = 600
    days: int = 548


FULL: Final = Scale()


@dataclass(frozen=True, slots=True)
class DemoResult:
    """The vendor that was loaded, and credentials: one for each role, a partner's for each of the first two partners.

    Shape: `clients` hold role, partner_id (None for the vendor's own), client_id and client_secret; the admin's first.
    """

    vendor_id: str
    clients: Sequence[dict[str, str | None]]


async def load(
    settings: Settings,
    *,
    now: datetime | None = None,
    seed: int = SEED,
    scale: Scale = FULL,
    progress: Progress | None = None,
) -> DemoResult:
    """Play the story of a vendor up to now, in a prepared installation; it appears whole, when it is finished.

    Shape: `progress(done, total, what)` is called as the story goes on. The same seed, scale and instant tell the same
    story; identifiers and secrets differ. Edges: nothing lies in the future but what is planned for it.
    """
    vendor_id, end = new_uuid(), now or system_clock()
    begin = end - timedelta(days=scale.days)
    # As the worker, which may do what the application may and number the news besides.
    database = StagedDatabase(settings.url_for(WORKER_ROLE), vendor_id, begin)
    machinery = Machinery(settings, database, catalog(), Keyring(settings), database.clock)
    # Story, not secrecy: whoever knows the seed is meant to know the story.
    stage = Stage(machinery, database, vendor_id, begin, end, Random(seed), Calendar(), {})  # noqa: S311
    customers = invent(scale.accounts, Random(f"{seed} customers"))  # noqa: S311

    def tell(at: datetime) -> None:
        if progress is not None:
            progress((at - begin).days, scale.days, f"{at:%B %Y}")

    try:
        async with database.staged():
            clients = await opening.open_house(stage)
            known = await opening.bring_customers(stage, customers)
            cast = await partners.enter(stage, scale.partners)
            deals.plan_deals(stage, cast, customers, known, scale.deals)
            await stage.play(tell)
            for partner in cast[:2]:
                clients += [partner.admin, await stage.credential("Partner member", Role.PARTNER_MEMBER, partner.id)]
            while await stage.relay():
                await stage.work()
    finally:
        await database.close()
    tell(end)
    shown = [
        {
            "role": client.role,
            "partner_id": encode("par", client.partner_id) if client.partner_id else None,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
        }
        for client in clients
    ]
    return DemoResult(encode("ven", vendor_id), shown)
