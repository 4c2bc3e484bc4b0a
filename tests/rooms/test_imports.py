"""Bulk import: rows are worked off one by one, each once, whatever happens to the others."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import func, select
from tests.makers import House, a_partner, ok, refused
from tests.rooms.crates import CrateImport, Crates, counts, done, problems, send, stored, work_off

from ecosystem_api.exchange.imports.service import work
from ecosystem_api.exchange.imports.tables import ImportChunkRow
from ecosystem_api.kernel.problem import Conflict, FieldError, InvalidRequest, Unavailable
from ecosystem_api.runtime.area import Area, ImportKind
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.deliver import claim


async def test_a_table_is_taken_worked_off_and_told_of(house: House, crates: Crates) -> None:
    vendor, admin = await house.vendor()
    table = (
        "external_id,weight,country,tags,price,packed_on\r\n"
        'C-1,12,CA,"a; b",,2026-03-31\r\n'
        '"C,2",7,,"[""x;y""]","{""amount"": ""10.00"", ""currency"": ""EUR""}",\r\n'
        "\r\n"
        ",,,,,\r\n"
        '"C\n3",1,,,,\r\n'
    )
    answer = await send(admin, b"\xef\xbb\xbf" + table.encode())
    taken = ok(answer, 202)
    assert answer.headers["location"] == f"/v1/imports/{taken['id']}"
    assert (taken["status"], taken["total_rows"], taken["allowed_actions"]) == ("queued", 3, ["cancel"])
    read = await done(house, admin, answer)
    assert (read["status"], read["done_rows"], counts(read)) == ("completed", 3, (2, 0, 0, 1))
    assert read["started_at"]
    assert read["finished_at"]
    assert read["allowed_actions"] == []
    assert await problems(admin, read) == [(3, "/external_id", "value_error")]
    first, second = crates.seen
    assert (first.tags, first.packed_on, first.country) == (["a", "b"], date(2026, 3, 31), "CA")
    assert (second.external_id, second.tags, second.packed_on) == ("C,2", ["x;y"], None)
    assert second.price
    assert second.price.amount == "10.00"
    news = ok(await admin.get(f"/v1/events?type=import.*&subject_id={read['id']}"))["data"]
    assert [event["type"] for event in news] == ["import.started", "import.completed"]
    assert news[1]["data"] == {
        "import_id": read["id"],
        "kind": "crates",
        "dry_run": False,
        "total_rows": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "failed": 1,
    }
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert await tx.session.scalar(select(func.count()).select_from(ImportChunkRow)) == 0, "the file is gone"


async def test_a_row_the_room_refuses_leaves_nothing_and_stops_no_other(house: House, crates: Crates) -> None:
    vendor, admin = await house.vendor()

    def judge(line: CrateImport) -> None:
        match line.external_id:
            case "refused":
                raise Conflict("Crates of that kind are full.")
            case "faulty":
                raise InvalidRequest(errors=[FieldError("/weight", "too_heavy", "At most 10.")])
            case "bug":
                raise KeyError("s3cr3t-value")

    crates.before = judge
    names = ["a", "refused", "b", "faulty", "bug", "c"]
    read = await done(house, admin, await send(admin, "external_id,weight\n" + "".join(f"{n},5\n" for n in names)))
    assert (read["status"], counts(read)) == ("completed", (3, 0, 0, 3))
    assert await problems(admin, read) == [(2, "", "conflict"), (4, "/weight", "too_heavy"), (5, "", "internal_error")]
    assert await stored(house, vendor.id) == {"a": 5, "b": 5, "c": 5, "crates applied": 3}
    packed = ok(await admin.get("/v1/events?type=crate.packed"))["data"]
    assert [event["data"]["external_id"] for event in packed] == ["a", "b", "c"]
    assert "s3cr3t" not in (await admin.get(f"/v1/imports/{read['id']}/problems")).text


async def test_what_the_database_refuses_is_that_rows_problem_alone(house: House, crates: Crates) -> None:
    vendor, admin = await house.vendor()
    table = f"external_id,weight\na,1\nb,{10**30}\nc,3\n"
    crates.before = lambda line: None
    read = await done(house, admin, await send(admin, table))
    assert counts(read) == (2, 0, 0, 1)
    assert [row for row, _, _ in await problems(admin, read)] == [2]
    assert await stored(house, vendor.id) == {"a": 1, "c": 3, "crates applied": 2}


async def test_the_same_file_again_changes_nothing(house: House, crates: Crates) -> None:
    vendor, admin = await house.vendor()
    table = "external_id,weight\na,1\nb,2\n"
    first = await done(house, admin, await send(admin, table))
    again = await done(house, admin, await send(admin, table))
    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert first["content_sha256"] == again["content_sha256"]
    changed = await done(house, admin, await send(admin, "external_id,weight\na,9\nb,2\na,8\n"))
    assert counts(changed) == (0, 2, 1, 0)
    assert await stored(house, vendor.id) == {"a": 8, "b": 2, "crates applied": 4}


async def test_a_repeated_request_with_one_key_is_one_import(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    key = {"Idempotency-Key": "import-1"}
    first = await send(admin, "external_id,weight\na,1\n", **key)
    again = await send(admin, "external_id,weight\na,1\n", **key)
    assert ok(again, 202) == ok(first, 202)
    refused(await send(admin, "external_id,weight\na,2\n", **key), 422, "idempotency_key_reused")
    assert len(ok(await admin.get("/v1/imports"))["data"]) == 1


async def test_a_dry_run_says_what_would_happen_and_leaves_nothing(house: House, crates: Crates) -> None:
    vendor, admin = await house.vendor()
    await done(house, admin, await send(admin, "external_id,weight\na,1\nb,2\n"))
    before = await stored(house, vendor.id)
    table = "external_id,weight\na,1\nb,3\nc,1\nd,none\n"
    read = await done(house, admin, await send(admin, table, query="&dry_run=true"))
    assert (read["dry_run"], read["status"], counts(read)) == (True, "completed", (1, 1, 1, 1))
    assert await problems(admin, read) == [(4, "/weight", "int_type")]
    assert await stored(house, vendor.id) == before
    assert len(ok(await admin.get("/v1/events?type=crate.packed"))["data"]) == 2


async def test_a_batch_cut_short_is_repeated_and_no_row_is_applied_twice(
    house: House, crates: Crates, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, admin = await house.vendor()
    monkeypatch.setattr(work, "BATCH_ROWS", 10)
    faults = iter([5, 17, 23])
    next_fault = next(faults)

    def fail_now_and_then(line: CrateImport) -> None:
        nonlocal next_fault
        if line.weight == next_fault:
            next_fault = next(faults, -1)
            raise Unavailable()

    crates.before = fail_now_and_then
    table = "external_id,weight\n" + "".join(f"c{n},{n}\n" for n in range(1, 31))
    answer = await send(admin, table)
    for _ in range(4):
        read = await done(house, admin, answer)
        house.clock.move(seconds=10)
    assert (read["status"], counts(read)) == ("completed", (30, 0, 0, 0))
    assert (await stored(house, vendor.id))["crates applied"] == 30
    assert len(crates.seen) > 30, "rows were tried again"
    news = ok(await admin.get("/v1/events?type=crate.packed&limit=200"))["data"]
    assert len(news) == 30


async def test_an_import_is_cancelled_between_batches_and_keeps_what_it_did(
    house: House, crates: Crates, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, admin = await house.vendor()
    monkeypatch.setattr(work, "BATCH_ROWS", 2)
    taken = ok(await send(admin, "external_id,weight\n" + "".join(f"c{n},1\n" for n in range(9))), 202)
    delivery = await claim(house.worker.machinery.database, vendor.id, house.worker.name)
    await work_off(house, vendor.id, delivery)
    stopped = ok(await admin.post(f"/v1/imports/{taken['id']}/cancel"))
    assert (stopped["status"], stopped["done_rows"], stopped["allowed_actions"]) == ("cancelled", 2, [])
    await house.drain()
    assert ok(await admin.get(f"/v1/imports/{taken['id']}")) == stopped
    assert len(crates.seen) == 2
    refused(await admin.post(f"/v1/imports/{taken['id']}/cancel"), 409, "illegal_move")
    [told] = ok(await admin.get("/v1/events?type=import.cancelled"))["data"]
    assert (told["data"]["created"], told["data"]["total_rows"]) == (2, 9)


async def test_cancelling_waits_for_the_batch_at_work(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    begun = asyncio.Event()
    plain = crates.apply

    async def slowly(tx: Tx, who: Caller, line: CrateImport) -> tuple[str, str]:
        begun.set()
        await asyncio.sleep(0.05)
        return await plain(tx, who, line)

    kind = ImportKind("slow crates", CrateImport, "external_id", "crates:write", slowly)
    house.offer(Area("test/slow", imports=(kind,)))
    answer = await admin.call(
        "POST",
        "/v1/imports?kind=slow crates",
        content="external_id,weight\na,1\nb,1\n",
        headers={"Content-Type": "text/csv"},
    )
    taken = ok(answer, 202)
    at_work = asyncio.create_task(house.drain())
    await begun.wait()
    refused(await admin.post(f"/v1/imports/{taken['id']}/cancel"), 409, "illegal_move")
    await at_work
    assert ok(await admin.get(f"/v1/imports/{taken['id']}"))["status"] == "completed"


async def test_an_import_whose_kind_is_no_longer_offered_fails_and_says_so(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    answer = await send(admin, "external_id,weight\na,1\n")
    house.worker.machinery.catalog.imports.pop("crates")
    read = await done(house, admin, answer)
    assert (read["status"], read["done_rows"]) == ("failed", 0)
    assert len(ok(await admin.get("/v1/events?type=import.failed"))["data"]) == 1


async def test_rows_are_applied_as_the_caller_who_sent_them(house: House, crates: Crates) -> None:
    vendor, _ = await house.vendor()
    manager = await house.client(vendor, "manager", scopes=["imports:write", "imports:read", "crates:write", "me:read"])
    me = ok(await manager.get("/v1/me"))
    answer = await send(manager, "external_id,weight\na,1\n", **{"X-Request-Id": "req_of_the_import"})
    await done(house, manager, answer)
    [who] = crates.callers
    assert (who.actor_id, who.role, who.partner_id) == (me["actor_id"], "manager", None)
    assert (sorted(who.scopes), who.request_id) == (me["permissions"], "req_of_the_import")


async def test_an_importer_needs_the_kinds_own_permission_too(house: House, crates: Crates) -> None:
    vendor, admin = await house.vendor()
    table = "external_id,weight\na,1\n"
    narrow = await house.client(vendor, "integration")
    assert refused(await send(narrow, table), 403)["permission"] == "crates:write"
    partner = (await a_partner(house, vendor, "One"))[0]["id"]
    for role, owner in (("analyst", None), ("partner_admin", partner), ("partner_member", partner)):
        reader = await house.client(vendor, role, owner)
        assert refused(await send(reader, table), 403)["permission"] == "imports:write"
        assert refused(await reader.get("/v1/imports"), 403)["permission"] == "imports:read"
    assert ok(await admin.get("/v1/imports"))["data"] == []


async def test_another_vendors_import_is_not_found(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    taken = ok(await send(admin, "external_id,weight\na,1\n"), 202)
    refused(await stranger.get(f"/v1/imports/{taken['id']}"), 404)
    refused(await stranger.get(f"/v1/imports/{taken['id']}/problems"), 404)
    refused(await stranger.post(f"/v1/imports/{taken['id']}/cancel"), 404)
    assert ok(await stranger.get("/v1/imports"))["data"] == []


async def test_imports_are_listed_by_kind_and_state(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    first = await done(house, admin, await send(admin, "external_id,weight\na,1\n"))
    second = ok(await send(admin, "external_id,weight\nb,1\n"), 202)
    assert [row["id"] for row in ok(await admin.get("/v1/imports?kind=crates"))["data"]] == [second["id"], first["id"]]
    assert [row["id"] for row in ok(await admin.get("/v1/imports?status=queued"))["data"]] == [second["id"]]
    assert ok(await admin.get("/v1/imports?kind=boats"))["data"] == []
    answer = await admin.get(f"/v1/imports/{first['id']}")
    fresh = await admin.get(f"/v1/imports/{first['id']}", headers={"If-None-Match": answer.headers["etag"]})
    assert fresh.status_code == 304
