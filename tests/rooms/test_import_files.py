"""A file is taken or refused as a whole, and read on from where the batch before it stopped."""

import json
from itertools import pairwise

import pytest
from tests.makers import House, ok, refused
from tests.rooms.crates import Crates, counts, done, problems, send, work_off

from ecosystem_api.exchange.imports.service import work
from ecosystem_api.runtime.ledger.deliver import claim


async def test_lines_of_json_are_read_strictly_and_a_bad_one_stops_no_other(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    secret = "s3cr3t-value"
    lines = [
        '{"external_id": "a", "weight": 1}',
        '{"external_id": "b", "weight": "' + secret + '"}',
        '{"external_id": "c", "weight": 1, "weight": 2}',
        '{"external_id": "d", "weight": NaN}',
        '{"external_id": "e"',
        "[1]",
        '{"external_id": "g", "weight": 1, "colour": "' + secret + '"}',
        "",
        '{"external_id": "h", "weight": 2, "country": "ZZ"}',
        '{"external_id": "i", "weight": 3, "tags": ["x"]}',
        '{"external_id": "j", "weight": "3"}',
    ]
    read = await done(house, admin, await send(admin, "\n".join(lines), "application/x-ndjson"))
    assert counts(read) == (2, 0, 0, 8)
    assert [crate.external_id for crate in crates.seen] == ["a", "i"]
    assert await problems(admin, read) == [
        (2, "/weight", "int_type"),
        (3, "", "malformed_row"),
        (4, "", "malformed_row"),
        (5, "", "malformed_row"),
        (6, "", "malformed_row"),
        (7, "/colour", "unknown_field"),
        (8, "/country", "value_error"),
        (10, "/weight", "int_type"),
    ]
    assert secret not in (await admin.get(f"/v1/imports/{read['id']}/problems")).text


@pytest.mark.parametrize(
    ("data", "code", "fault"),
    [
        (b"", "unreadable_file", None),
        (b"external_id,weight\n", "unreadable_file", None),
        (b"PK\x03\x04\x00\x00", "unreadable_file", None),
        (b"external_id,weight\nM\xfcller,1\n", "unreadable_file", None),
        ("external_id,weight\na,1\n".encode("utf-16"), "unreadable_file", None),
        (b'external_id,weight\n"a"b,1\n', "unreadable_file", None),
        (b'external_id,weight\n"a,1\n', "unreadable_file", None),
        (b"external_id,weight\n" + b"a" * 70_000 + b",1\n", "unreadable_file", None),
        (b"external_id,weight\na,1\n" + b"\n" * 70_000, "unreadable_file", None),
        (b"external_id,weight,colour\na,1,red\n", "wrong_columns", ("/2", "unknown_column")),
        (b"external_id,weight,weight\na,1,1\n", "wrong_columns", ("/2", "repeated_column")),
        (b"external_id\na\n", "wrong_columns", ("", "missing_column")),
        (b"external_id;weight\na;1\n", "wrong_columns", ("/0", "unknown_column")),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    house: House, crates: Crates, data: bytes, code: str, fault: tuple[str, str] | None
) -> None:
    _, admin = await house.vendor()
    problem = refused(await send(admin, data), 422, code)
    if fault:
        assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == fault
        assert problem["known_columns"] == ["external_id", "weight", "country", "tags", "price", "packed_on"]
    assert ok(await admin.get("/v1/imports"))["data"] == []


async def test_only_tables_and_lines_of_json_are_taken(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    for form in ("application/zip", "application/json", "application/vnd.ms-excel"):
        answer = await send(admin, b"external_id,weight\na,1\n", form)
        refused(answer, 415)
        assert answer.headers["accept"] == "text/csv, application/x-ndjson"
    problem = refused(
        await admin.call("POST", "/v1/imports?kind=boats", content=b"a", headers={"Content-Type": "text/csv"}), 422
    )
    assert (problem["code"], "crates" in problem["errors"][0]["detail"]) == ("unknown_import_kind", True)
    house.machinery.settings.max_import_bytes = 1_024
    refused(await send(admin, b"external_id,weight\n" + b"a,1\n" * 500), 413)


async def test_a_file_may_be_larger_than_a_body_of_json(house: House, crates: Crates) -> None:
    _, admin = await house.vendor()
    line = json.dumps({"external_id": "x", "weight": 1, "tags": ["word"] * 20}).encode() + b"\n"
    count = 1_300_000 // len(line)
    taken = ok(await send(admin, line * count, "application/x-ndjson"), 202)
    assert taken["total_rows"] == count
    refused(await send(admin, b"x" * 1_300_000), 422, "unreadable_file")
    ok(await admin.post(f"/v1/imports/{taken['id']}/cancel"))


async def test_progress_is_made_in_batches_that_follow_each_other_through_the_file(
    house: House, crates: Crates, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, admin = await house.vendor()
    monkeypatch.setattr("ecosystem_api.exchange.imports.store.CHUNK_BYTES", 70_000)
    monkeypatch.setattr(work, "BATCH_ROWS", 7)
    quoted = '"' + "ü\n" * 9_000 + '"'
    table = "external_id,weight,tags\n" + "".join(f"c{n},{n},{quoted if n % 3 else 'short'}\n" for n in range(30))
    taken = ok(await send(admin, table), 202)
    path = f"/v1/imports/{taken['id']}"
    steps = []
    while not steps or steps[-1]["status"] != "completed":
        delivery = await claim(house.worker.machinery.database, vendor.id, house.worker.name)
        assert delivery is not None
        await work_off(house, vendor.id, delivery)
        steps.append(ok(await admin.get(path)))
    assert len(steps) > 5
    assert [step["done_rows"] for step in steps] == sorted({step["done_rows"] for step in steps}), "each moves on"
    assert all(step["done_rows"] - before["done_rows"] <= 7 for before, step in pairwise(steps))
    assert len({step["version"] for step in steps}) == len(steps)
    assert steps[-1]["done_rows"] == 30
    short = [n for n in range(30) if n % 3 == 0]
    assert [line.weight for line in crates.seen] == short, "the others' words have line breaks, and each is told of"
    assert [row for row, _, _ in await problems(admin, taken)] == [n + 1 for n in range(30) if n % 3]
