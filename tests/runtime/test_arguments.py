"""An endpoint that is called directly is given what FastAPI would give it, and refuses what FastAPI would refuse."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from ecosystem_api.runtime.http.arguments import direct

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Line(BaseModel):
    """A line of an order."""

    sku: str
    quantity: int = Field(default=1, ge=1)


class Order(BaseModel):
    """A body with something in it to be wrong about."""

    lines: list[Line] = Field(min_length=1)
    note: str | None = None


def _doubled(number: int) -> int:
    return number * 2


async def _said(
    text: Annotated[str | None, Query(max_length=5)] = None, kind: Annotated[str, Header()] = "plain"
) -> str:
    return f"{kind}: {text}"


class _Direct(APIRoute):
    def get_route_handler(self) -> Handler:
        own = direct(self.dependant, Response)
        assert own is not None

        async def handle(request: Request) -> Response:
            raw = await request.body()
            if raw:
                request._json = json.loads(raw)  # type: ignore[attr-defined]  # as the door leaves it
            return await own(request)

        return handle


def _app(kind: type[APIRoute]) -> FastAPI:
    router = APIRouter(route_class=kind)

    @router.post("/orders/{number}")
    async def order(
        number: int,
        body: Order,
        twice: Annotated[int, Depends(_doubled)],
        said: Annotated[str, Depends(_said)],
        request: Request,
        response: Response,
        page: Annotated[list[int] | None, Query()] = None,
    ) -> Response:
        response.headers["X-Left"] = "unused"
        told = [number, body.model_dump(), twice, said, request.url.path, page]
        return Response(json.dumps(told), media_type="application/json")

    app = FastAPI()
    app.include_router(router)
    return app


@pytest.fixture
async def both() -> AsyncIterator[list[httpx.AsyncClient]]:
    """FastAPI's own way, and the direct one."""
    transports = [httpx.ASGITransport(_app(kind)) for kind in (APIRoute, _Direct)]
    clients = [httpx.AsyncClient(transport=one, base_url="http://test") for one in transports]
    yield clients
    for client in clients:
        await client.aclose()


GOOD = {"lines": [{"sku": "a", "quantity": 2}], "note": "x"}


@pytest.mark.parametrize("path", ["/orders/7", "/orders/seven"])
@pytest.mark.parametrize("query", ["", "?text=hi&page=1&page=2", "?text=too-long", "?page=one"])
@pytest.mark.parametrize("body", [GOOD, {"lines": []}, {"lines": [{"sku": 1}]}, {}, [], "text", 5, None])
async def test_what_is_sent_comes_to_the_same(both: list[httpx.AsyncClient], path: str, query: str, body: Any) -> None:
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    plain, ours = [await client.post(path + query, content=content, headers=headers) for client in both]
    if ours.status_code == 422:  # the body's come first
        told, wanted = [sorted(map(json.dumps, answer.json()["detail"])) for answer in (ours, plain)]
        assert (plain.status_code, told) == (422, wanted)
    else:
        assert (ours.status_code, ours.json()) == (plain.status_code, plain.json())
    is_right = (path, body) == ("/orders/7", GOOD) and query in ("", "?text=hi&page=1&page=2")
    assert ours.status_code == (200 if is_right else 422)


async def test_a_header_and_what_depends_on_others_arrive(both: list[httpx.AsyncClient]) -> None:
    for client in both:
        answer = await client.post("/orders/7?text=hi", json=GOOD, headers={"Kind": "loud"})
        assert answer.json() == [7, {**GOOD, "lines": [{"sku": "a", "quantity": 2}]}, 14, "loud: hi", "/orders/7", None]
