"""The README's first deal, by the generated Python client. Reads SERVICE_URL and CALLERS from its environment."""

import datetime
import json
import os
from typing import TypeVar

from ecosystem_api_client import AuthenticatedClient, Client
from ecosystem_api_client.api.clients import create_client
from ecosystem_api_client.api.deal_registrations import (
    approve_deal,
    create_deal,
    get_deal,
    get_deal_decision,
    release_deal,
    submit_deal,
    update_deal,
)
from ecosystem_api_client.api.engagement import verify_decision
from ecosystem_api_client.api.events import read_feed
from ecosystem_api_client.api.tokens import issue_token
from ecosystem_api_client.models import (
    AccountCreate,
    ClientCreate,
    ClientCreateRole,
    ClientWithSecret,
    DealApprove,
    DealApproveReason,
    DealCreate,
    DealExpanded,
    DealPart,
    DealPartStatus,
    DealProduct,
    DealRead,
    DealReadStatus,
    DealUpdate,
    DecisionRead,
    FeedRead,
    IssueTokenBody,
    IssueTokenBodyGrantType,
    MoneyAmount,
    Problem,
    TokenRead,
    VerificationRead,
)
from ecosystem_api_client.types import UNSET, Response

URL = os.environ["SERVICE_URL"]
Kind = TypeVar("Kind")


def said(answer: Response[Kind | Problem], status: int) -> Kind | Problem:
    """What was answered, if with the status that is expected."""
    assert answer.status_code == status, answer.content
    assert answer.parsed is not None
    return answer.parsed


def caller(client_id: str, client_secret: str) -> AuthenticatedClient:
    """A client that acts with a token it has bought."""
    form = IssueTokenBody(
        grant_type=IssueTokenBodyGrantType.CLIENT_CREDENTIALS, client_id=client_id, client_secret=client_secret
    )
    bought = said(issue_token.sync_detailed(client=Client(base_url=URL), body=form), 200)
    assert isinstance(bought, TokenRead)
    return AuthenticatedClient(base_url=URL, token=bought.access_token, raise_on_unexpected_status=True)


def wanted(customer: AccountCreate, amount: str, closes: datetime.date | None) -> DealCreate:
    """What a partner registers."""
    return DealCreate(
        title="Endpoint protection for the new plant",
        customer=customer,
        products=[DealProduct(sku="EDR-100", quantity=250)],
        amount=MoneyAmount(amount=amount, currency="EUR"),
        expected_close_on=closes,
    )


callers = json.loads(os.environ["CALLERS"])
admin, first, second = (caller(**callers[name]) for name in ("admin", "first", "second"))
may_decide = ClientCreate(name="Channel desk", role=ClientCreateRole.MANAGER)
desk = said(create_client.sync_detailed(client=admin, body=may_decide), 201)
assert isinstance(desk, ClientWithSecret)
manager = caller(desk.client_id, desk.client_secret)

# A partner drafts a deal; the key makes the request safe to repeat.
fabrikam = AccountCreate(name="Fabrikam Robotics GmbH", country="DE", domains=["fabrikam-robotics.example"])
incomplete = wanted(fabrikam, "48000.00", None)
drafted, repeated = (
    said(create_deal.sync_detailed(client=first, body=incomplete, idempotency_key="my-first-deal"), 201)
    for _ in range(2)
)
assert isinstance(drafted, DealRead)
assert isinstance(repeated, DealRead)
assert drafted.id == repeated.id
assert drafted.status is DealReadStatus.DRAFT
assert drafted.missing == ["expected_close_on"]

# It submits; the rules say at once what is missing. It completes the deal, and is approved.
returned = said(submit_deal.sync_detailed(drafted.id, client=first, if_match='"v1"'), 200)
assert isinstance(returned, DealRead)
assert returned.status is DealReadStatus.ACTION_REQUIRED
assert returned.remedies == ["Complete: expected_close_on."]
completed = DealUpdate(expected_close_on=datetime.date(2027, 3, 31))
stale = said(update_deal.sync_detailed(drafted.id, client=first, body=completed, if_match='"v1"'), 412)
assert isinstance(stale, Problem)
assert stale.code == "stale_version"
said(update_deal.sync_detailed(drafted.id, client=first, body=completed, if_match='"v2"'), 200)
approved = said(submit_deal.sync_detailed(drafted.id, client=first, if_match='"v3"'), 200)
assert isinstance(approved, DealRead)
assert approved.status is DealReadStatus.APPROVED
assert approved.protection is not None
assert approved.protection.basis == "90 days from approval"

# What is read whole has every field.
read = said(get_deal.sync_detailed(drafted.id, client=first), 200)
assert isinstance(read, DealExpanded)
assert read.title == wanted(fabrikam, "1.00", None).title

# What is asked for in part is a part: of all its fields only the id is sure to be there.
some = first.get_httpx_client().get(f"/v1/deal-registrations/{drafted.id}", params={"fields": "status"})
assert some.headers["Content-Type"] == "application/vnd.ecosystem.part+json"
part = DealPart.from_dict(some.json())
assert (part.id, part.status, part.title) == (drafted.id, DealPartStatus.APPROVED, UNSET)

# Why? The decision can be read, and evaluated again.
decision = said(get_deal_decision.sync_detailed(drafted.id, client=first), 200)
assert isinstance(decision, DecisionRead)
verified = said(verify_decision.sync_detailed(decision.id, client=first), 200)
assert isinstance(verified, VerificationRead)
assert verified.holds

# A second partner registers the same customer, spelled differently, and waits; nobody can approve it past the holder.
spelled = AccountCreate(name="FABRIKAM ROBOTICS", country="DE")
rival = said(
    create_deal.sync_detailed(client=second, body=wanted(spelled, "52000.00", datetime.date(2027, 4, 30))), 201
)
assert isinstance(rival, DealRead)
waiting = said(submit_deal.sync_detailed(rival.id, client=second, if_match='"v1"'), 200)
assert isinstance(waiting, DealRead)
assert waiting.status is DealReadStatus.WAITING
assert waiting.queue is not None
assert waiting.queue.place == 1
strategic = DealApprove(reason=DealApproveReason.STRATEGIC_ACCOUNT)
refused = said(approve_deal.sync_detailed(rival.id, client=manager, body=strategic, if_match="*"), 409)
assert isinstance(refused, Problem)
assert (refused.code, refused["queue_place"]) == ("claim_held", 1)

# The first gives its claim up, and the worker serves the queue: the second waits for the news of it.
said(release_deal.sync_detailed(drafted.id, client=first, if_match="*"), 200)
seen: list[str] = []
after = 0
for _ in range(60):
    asked = read_feed.sync_detailed(
        client=second, subject_id=rival.id, type_=["deal_registration.*"], after=after, wait=1
    )
    page = said(asked, 200)
    assert isinstance(page, FeedRead)
    seen += [event.type_ for event in page.data]
    after = page.next_after
    if "deal_registration.approved" in seen:
        break
story = ("created", "submitted", "queued", "promoted", "approved")
assert seen == [f"deal_registration.{step}" for step in story], seen
print("the first deal is told")
