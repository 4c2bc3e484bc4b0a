"""Find a route by the first literal segments of its path and their number: cost does not grow with the house."""

from collections import defaultdict
from collections.abc import Sequence

from starlette.convertors import PathConvertor
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from ecosystem_api.kernel.problem import MethodNotAllowed, NotFound
from ecosystem_api.runtime import traces

ANY = -1


class RouteIndex:
    """An ASGI application over flat routes: the matching one answers; else 405 with `Allow`, or 404.

    Edges: HEAD is answered by the GET route. Paths match exactly: a trailing slash is another path, so 404. An address
    that a route spells out is that route's alone: what another method would find there is no `{id}`.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._index: dict[tuple[str | int, ...], list[Route]] = defaultdict(list)
        self._spelt: dict[str, list[Route]] = {}
        for route in routes:
            if isinstance(route, Route):
                self._index[(_length(route), *_literal_key(route.path))].append(route)
                if not route.param_convertors:
                    self._spelt.setdefault(route.path, []).append(route)

    def candidates(self, path: str) -> list[Route]:
        """The routes that spell the path out, or else those whose literal beginning agrees with it."""
        if (spelt := self._spelt.get(path)) is not None:
            return spelt
        _, *parts = path.split("/")
        found: list[Route] = []
        for size in range(min(len(parts), 2), -1, -1):
            for length in (len(parts), ANY):
                found += self._index.get((length, *parts[:size]), ())
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        outer = scope
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", "is_head": True}
        methods: set[str] = set()
        for route in self.candidates(scope["path"]):
            match, child = route.matches(scope)
            if match is Match.FULL:
                outer["route"] = scope["route"] = route
                traces.name_request(outer["method"], route.path, scope["state"]["request_id"])
                scope.update(child)
                await route.handle(scope, receive, send)
                return
            if match is Match.PARTIAL:
                methods |= route.methods or set()
        if methods:
            allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
            raise MethodNotAllowed(f"This address answers to {allowed}.", headers={"Allow": allowed})
        raise NotFound("There is no such address.")


def _length(route: Route) -> int:
    """Of how many segments a path of the route is, unless a parameter takes any number of them."""
    takes_any = any(isinstance(kind, PathConvertor) for kind in route.param_convertors.values())
    return ANY if takes_any else route.path.count("/")


def _literal_key(path: str) -> tuple[str, ...]:
    key: list[str] = []
    for part in path.split("/")[1:3]:
        if "{" in part:
            break
        key.append(part)
    return tuple(key)
