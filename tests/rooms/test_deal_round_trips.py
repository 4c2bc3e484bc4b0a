"""How often a decision asks the database: what was made few must not become many again unnoticed."""

from contextlib import AbstractAsyncContextManager

from tests.asked import Asked, asked_of
from tests.makers import House, a_draft, a_partner, a_product, a_submission, ok

DEALS = "/v1/deal-registrations"


def counted(house: House) -> AbstractAsyncContextManager[list[Asked]]:
    """Everything that the service asks from now on."""
    return asked_of(house.machinery.database.connections)


async def test_a_decision_takes_few_round_trips(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    await a_submission(one, "Warm Works")
    async with counted(house) as drafting:
        draft = await a_draft(one)
    async with counted(house) as approving:
        approved = ok(await one.act(f"{DEALS}/{draft['id']}/submit"))
    more = {
        "days": 30,
        "reason": "procurement",
        "evidence": [{"kind": "email", "statement": "Purchasing signs in June."}],
    }
    async with counted(house) as extending:
        ok(await admin.act(f"{DEALS}/{draft['id']}/extend", more))
    async with counted(house) as telling:
        ok(await one.get(f"{DEALS}/{draft['id']}/protection"))
    rival = await a_draft(two)
    async with counted(house) as queueing:
        waiting = ok(await two.act(f"{DEALS}/{rival['id']}/submit"))
    assert (approved["status"], waiting["status"]) == ("approved", "waiting")
    assert all("commit" in [one.query for one in sent] for sent in (drafting, approving, queueing))
    assert len(drafting) <= 13, drafting
    assert len(approving) <= 18, approving
    assert len(queueing) <= 20, queueing
    assert len(extending) <= 16, extending
    assert len(telling) <= 2, telling


async def test_a_registration_is_read_in_one_round_trip(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    draft = await a_draft(one)
    for reader in (admin, one):
        ok(await reader.get(f"{DEALS}/{draft['id']}"))  # prepares it
        async with counted(house) as reading:
            ok(await reader.get(f"{DEALS}/{draft['id']}"))
        assert len(reading) == 1, reading


async def test_a_queue_costs_the_same_however_long_it_is(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    partners = [(await a_partner(house, vendor, f"Partner {number}"))[1] for number in range(6)]
    drafts = [await a_draft(partner) for partner in partners]
    counts = []
    for partner, draft in zip(partners, drafts, strict=True):
        async with counted(house) as sent:
            ok(await partner.act(f"{DEALS}/{draft['id']}/submit"))
        counts.append(len(sent))
    assert len(set(counts[1:])) == 1, counts
