"""Products: what deals name."""

from tests.makers import House, a_product, ok, refused


async def test_a_product_is_added_renamed_and_retired(house: House) -> None:
    _, admin = await house.vendor()
    product = await a_product(admin, family="endpoint")
    path = f"/v1/products/{product['id']}"
    assert ok(await admin.get(path)) == product
    renamed = ok(await admin.patch(path, {"name": "EDR", "status": "retired"}, if_match='"v1"'))
    assert (renamed["name"], renamed["status"], renamed["version"]) == ("EDR", "retired", 2)
    refused(await admin.patch(path, {"sku": "OTHER"}), 422)
    await a_product(admin, "XDR-200")
    assert [row["sku"] for row in ok(await admin.get("/v1/products?status=active"))["data"]] == ["XDR-200"]


async def test_a_code_is_used_once_per_vendor(house: House) -> None:
    _, admin = await house.vendor()
    _, other = await house.vendor("Contoso")
    await a_product(admin)
    refused(await admin.post("/v1/products", {"sku": "EDR-100", "name": "Again"}), 409, "sku_taken")
    await a_product(other)


async def test_analysts_read_products_and_do_not_write_them(house: House) -> None:
    vendor, admin = await house.vendor()
    analyst = await house.client(vendor, "analyst")
    product = await a_product(admin)
    ok(await analyst.get(f"/v1/products/{product['id']}"))
    refused(await analyst.post("/v1/products", {"sku": "A", "name": "A"}), 403)
