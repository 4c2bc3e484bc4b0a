"""The documentation in a real browser: nothing foreign, nothing in the console, tried end to end, fit for a phone."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from tests.journeys.standing_service import standing
from tests.makers import Api, House, a_partner, a_product, a_submission

from ecosystem_api.cli.token import reference_link
from ecosystem_api.runtime.pages.library import library

# No name is resolved but loopback's, and the browser sends nothing of its own accord.
FLAGS = [
    *["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    *["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE_MS = 60_000  # spent only where something is wrong, or the machine is very busy
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 400, "height": 800}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        told = "no Chromium is installed: `apt-get install chromium` lets the documentation be tried in a browser"
        assert os.environ.get("BROWSER_TESTS") != "required", told
        pytest.skip(told)
    async with async_playwright() as driver:
        running = await driver.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        await running.close()


@dataclass
class Visit:
    """A service on loopback and a fresh browser profile; remembers what should not have happened."""

    url: str
    browser: Browser
    admin: Api
    partner: Api
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def profile(self, **wishes: object) -> AsyncIterator[Page]:
        """A page in a profile of its own. Afterwards: no request left this machine, and the console is empty."""
        context: BrowserContext = await self.browser.new_context(**wishes)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda sent: None if self._is_ours(sent.url) else self.foreign.append(sent.url))
        # A breach of the content security policy is an error there too.
        context.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        yield await context.new_page()
        assert await context.cookies() == []
        await context.close()
        assert self.foreign == []
        assert self.complaints == []

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.url + "/", "data:", "blob:"))


@pytest.fixture
async def visit(house: House, browser: Browser) -> AsyncIterator[Visit]:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Alpine Networks")
    await a_submission(partner)
    async with standing(house) as url:
        yield Visit(url, browser, admin, partner)


async def _try(page: Page, operation: str, body: str | None = None) -> None:
    """Open an operation of the reference and execute it, with another body than the example's where one is given."""
    block = page.locator(f".opblock[id$='-{operation}']")
    await block.locator(".opblock-summary-control").first.click()
    await block.get_by_role("button", name="Try it out").click()
    if body is not None:
        await block.locator("textarea").fill(body)
    await block.get_by_role("button", name="Execute").click()


async def test_an_operation_is_tried_with_the_token_of_a_link(visit: Visit) -> None:
    async with visit.profile() as page:
        await page.goto(reference_link(visit.url, visit.partner.token or ""))
        await page.locator(".opblock-tag[data-tag='deal registrations']").click()
        assert "token" not in page.url
        await _try(page, "list_deals")
        answer = page.locator(".live-responses-table .response").first
        await expect(answer.locator(".response-col_status")).to_contain_text("200")
        await expect(answer.locator(".response-col_description")).to_contain_text("clear_path")
        # A reload in this tab keeps the token; another tab does not know it.
        await page.reload()
        await expect(page.get_by_role("button", name="Authorize").first).to_have_class(re.compile("locked"))
        assert await page.evaluate("Object.keys(localStorage)") == []


async def test_a_token_is_pasted_and_a_product_made_from_the_page(visit: Visit) -> None:
    async with visit.profile() as page:
        await page.goto(f"{visit.url}/docs/reference")
        await page.get_by_role("button", name="Authorize").first.click()
        dialog = page.locator(".modal-ux")
        await dialog.locator("input[aria-label='auth-bearer-value']").fill(visit.admin.token or "")
        await dialog.locator("form", has_text="http, Bearer").get_by_role("button", name="Apply credentials").click()
        await dialog.get_by_role("button", name="Close").last.click()
        await page.locator(".opblock-tag[data-tag=products]").click()
        await _try(page, "add_product", '{"sku": "NDR-350", "name": "Sensor"}')
        answer = page.locator(".live-responses-table .response").first
        await expect(answer.locator(".response-col_status")).to_contain_text("201")
    listed = (await visit.admin.get("/v1/products")).json()["data"]
    assert len(listed) == 2


async def test_guides_are_read_and_everything_is_found(visit: Visit) -> None:
    async with visit.profile() as page:
        await page.goto(visit.url)
        await page.get_by_role("navigation").get_by_role("link", name="Idempotency").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Idempotency")
        await page.keyboard.press("/")
        await page.keyboard.type("claim_held")
        await page.keyboard.press("Enter")
        await page.locator("#results a").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Claim held by another registration")
        await page.goto(f"{visit.url}/docs/search")
        await page.keyboard.type("POST submit deal-registrations")
        found = page.locator("#results a", has_text="/submit").first
        await expect(found).to_be_visible()
        await found.click()
        await expect(page.locator(".opblock.is-open")).to_contain_text("/submit")


async def test_guides_and_search_need_no_javascript(visit: Visit) -> None:
    async with visit.profile(java_script_enabled=False) as page:
        await page.goto(f"{visit.url}/docs/guides/events")
        await expect(page.locator("pre", has_text="read_some").first).to_be_visible()
        await page.get_by_role("searchbox").fill("survives restart")
        await page.get_by_role("searchbox").press("Enter")
        await page.locator("#results a").first.click()
        assert page.url.startswith(f"{visit.url}/docs/")
        await page.goto(f"{visit.url}/docs/reference")
        await expect(page.get_by_role("link", name="openapi.json")).to_be_visible()


async def test_every_page_fits_a_phone(visit: Visit) -> None:
    async with visit.profile(viewport=PHONE, color_scheme="dark") as page:
        width = "document.documentElement.scrollWidth"
        for address in [*library().pages, "/docs/search?q=deal", "/docs/problems/claim_held"]:
            await page.goto(visit.url + address)
            assert await page.evaluate(width) == PHONE["width"], f"{address} is wider than a phone"
        await page.goto(reference_link(visit.url, visit.partner.token or ""))
        await page.locator(".opblock-tag[data-tag='deal registrations']").click()
        await _try(page, "get_deal")
        await page.locator(".opblock[id$='-get_deal'] input").first.fill("deal_00000000000000000000000000")
        assert await page.evaluate(width) == PHONE["width"]
        await page.get_by_role("button", name="Authorize").first.click()
        assert await page.evaluate(width) == PHONE["width"]
        assert "dark-mode" in (await page.locator("html").get_attribute("class") or "")
