"""What tests of disputes share: a vendor with two people who decide, and partners who contest."""

from typing import Any

from tests.makers import Api, House, a_partner, a_submission, ok

DEALS, DISPUTES = "/v1/deal-registrations", "/v1/disputes"
REJECT = {"reason": "duplicate", "remedy": "Work with the registration you have."}
OVERTURN = {"outcome": "overturned", "reason": "facts_corrected", "note": "The rejection named another company."}
ALL_SAID = {"is_all": True}


class Office:
    """A vendor with two people who decide, and partners."""

    def __init__(self, house: House, vendor: Any, admin: Api, judge: Api) -> None:
        self.house, self.vendor, self.admin, self.judge = house, vendor, admin, judge

    async def partner(self, name: str, **fields: Any) -> Api:
        return (await a_partner(self.house, self.vendor, name, **fields))[1]

    async def rejected(self, api: Api, customer: str = "Acme Industries GmbH") -> Any:
        """A registration that the admin has rejected; its partner sells elsewhere, so that a person decides."""
        deal = await a_submission(api, customer)
        assert deal["status"] == "in_review"
        return ok(await self.admin.act(f"{DEALS}/{deal['id']}/reject", REJECT))

    async def rule(self, case: Any, body: Any = OVERTURN) -> Any:
        return ok(await self.judge.act(f"{DISPUTES}/{case['id']}/decide", body))


def appeal(deal: Any, **fields: Any) -> dict[str, Any]:
    said = {"grounds": "facts_wrong", "statement": "The customer is a new one.", "deal_registration_id": deal["id"]}
    return {"kind": "appeal", **said, **fields}


async def appealed(api: Api, deal: Any, **fields: Any) -> Any:
    return ok(await api.post(DISPUTES, appeal(deal, **fields)), 201)


async def review_at(admin: Api, case: Any) -> str:
    """Where the review of a case is read and tended."""
    (found,) = ok(await admin.get("/v1/reviews", params={"subject_id": case["id"]}))["data"]
    return f"/v1/reviews/{found['id']}"


async def read(api: Api, deal: Any) -> Any:
    return ok(await api.get(f"{DEALS}/{deal['id']}"))


async def news(api: Api, kind: str) -> list[Any]:
    return [one["data"] for one in ok(await api.get("/v1/events", params={"type": kind}))["data"]]
