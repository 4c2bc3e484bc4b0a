"""Customers name addresses; only public ones are called, at the address that was checked."""

import ssl
from collections.abc import Sequence

import httpcore
import pytest
import trustme
from tests.listeners import http, listening

from ecosystem_api.runtime.egress import Egress, EgressFailed, EgressPolicy, EgressRefused, read_target
from ecosystem_api.runtime.egress.address import is_public
from ecosystem_api.runtime.safety import find_dangers
from ecosystem_api.runtime.settings import Settings

STRICT = EgressPolicy()
LOCAL = EgressPolicy(allows_loopback=True)
PUBLIC = "93.184.215.14"

HOSTILE = {
    "http://idp.example.com/": "not_https",
    "http://127.0.0.1:9000/": "this_machine",
    "http://localhost:9000/": "this_machine",
    "ftp://idp.example.com/": "not_https",
    "file:///etc/passwd": "malformed",
    "gopher://idp.example.com/": "not_https",
    "//idp.example.com/": "malformed",
    "idp.example.com": "malformed",
    "https:///x": "malformed",
    "https://": "malformed",
    "https://user@idp.example.com/": "credentials",
    "https://user:pw@127.0.0.1/": "credentials",
    "https://idp.example.com@127.0.0.1/": "credentials",
    "https://idp.example.com\\@127.0.0.1/": "malformed",
    "https://127.0.0.1\\.idp.example.com/": "malformed",
    "https://idp.example.com/#@127.0.0.1": "fragment",
    "https://idp.example.com#127.0.0.1": "fragment",
    "https://127.0.0.1/": "this_machine",
    "https://127.1/": "not_a_name",
    "https://2130706433/": "not_a_name",
    "https://0x7f000001/": "not_a_name",
    "https://0x7f.0.0.1/": "not_a_name",
    "https://0177.0.0.1/": "not_a_name",
    "https://127.0.0.1.": "not_a_name",
    "https://93.184.215.14/": "not_a_name",
    "https://[::1]/": "this_machine",
    "https://[::ffff:127.0.0.1]/": "not_a_name",
    "https://[fe80::1%25eth0]/": "not_a_name",
    "https://localhost/": "this_machine",
    "https://localhost./": "not_a_name",
    "https://intranet/": "not_a_name",
    "https://idp.example.com./": "not_a_name",
    "https://idp..example.com/": "not_a_name",
    "https://-idp.example.com/": "not_a_name",
    "https://idp_x.example.com/": "not_a_name",
    "https://①②⑦.⓪.⓪.①/": "malformed",
    "https://idp。example.com/": "malformed",
    "https://idp.example.com%00.evil.example/": "not_a_name",
    "https://idp.example.com%2f@127.0.0.1/": "credentials",
    "https://idp.example.com:22/": "port",
    "https://idp.example.com:0/": "port",
    "https://idp.example.com:99999/": "port",
    "https://idp.example.com:443:80/": "not_a_name",
    "https://idp.example.com:8443/": "port",
    "https://idp.example.com/a\r\nHost: internal": "malformed",
    "https://idp.example.com/a b": "malformed",
    "https://idp.example.com/\t": "malformed",
    " https://idp.example.com/": "malformed",
    "https://idp.example.com/" + "a" * 2048: "malformed",
}


@pytest.mark.parametrize(("url", "fault"), HOSTILE.items())
def test_a_hostile_url_is_refused_by_its_looks(url: str, fault: str) -> None:
    with pytest.raises(EgressRefused) as refused:
        read_target(url, STRICT)
    assert refused.value.fault == fault
    assert "127.0.0.1" not in refused.value.sentence


def test_a_plain_https_url_is_read_into_its_parts() -> None:
    target = read_target("HTTPS://Login.Example.COM:443/a/b?c=@d", STRICT)
    assert (target.scheme, target.host, target.port, target.path) == ("https", "login.example.com", 443, "/a/b?c=@d")
    assert read_target("https://xn--bcher-kva.example", STRICT).path == "/"
    assert read_target("https://a.example:8443/", EgressPolicy(frozenset({443, 8443}))).port == 8443


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",  # noqa: S104
        "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
        "::ffff:127.0.0.1", "::ffff:93.184.215.14", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
        "2001:db8::1", "2002:7f00:1::", "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
        "fe80::1%eth0", "2606:4700::1%1", "fec0::1", "ff02::1", "not-an-address", "", "0177.0.0.1",
    ],
)  # fmt: skip
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", PUBLIC, "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00::1"])
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1", PUBLIC], ["::ffff:10.0.0.1"], ["169.254.169.254"], []]
)
async def test_a_name_with_one_internal_address_is_not_called_at_all(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = _record(monkeypatch, 1)
    with pytest.raises(EgressRefused) as refused:
        await Egress(STRICT, resolve=_always(addresses)).call("GET", "https://rebinder.example/")
    assert refused.value.fault == "not_public"
    assert connected == []


async def test_the_checked_address_is_the_one_connected_to_and_the_certificate_is_the_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    asked = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return next(answers)

    authority = trustme.CA()
    async with listening(lambda _: http({"ok": True}), _server_side(authority, "idp.example")) as idp:
        connected = _record(monkeypatch, idp.port)
        egress = Egress(STRICT, resolve=rebinding, tls=_client_side(authority))
        answer = await egress.call("GET", "https://idp.example/keys?x=1")
        assert (answer.status, answer.body) == (200, b'{"ok": true}')
        assert connected == [(PUBLIC, 443)]
        assert asked == [("idp.example", 443)]
        assert (idp.names, idp.hosts, idp.paths) == (["idp.example"], ["idp.example"], ["/keys?x=1"])
        with pytest.raises(EgressRefused):  # the name moved in the meantime: noticed, because nothing is kept
            await egress.call("GET", "https://idp.example/keys")
        assert len(connected) == 1


@pytest.mark.parametrize("named", ["other.example", None])
async def test_a_certificate_of_another_name_or_authority_is_refused(
    named: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    async with listening(lambda _: http({}), _server_side(authority, named or "idp.example")) as idp:
        _record(monkeypatch, idp.port)
        trusted = authority if named else trustme.CA()
        with pytest.raises(EgressFailed) as failed:
            await Egress(STRICT, resolve=_always([PUBLIC]), tls=_client_side(trusted)).call(
                "GET", "https://idp.example/"
            )
    assert failed.value.trouble == "unreachable"
    assert idp.paths == []


async def test_redirects_are_answers_and_never_followed() -> None:
    async with listening(lambda _: http(b"secrets")) as internal:
        moved = http(b"", "302 Found", f"Location: {internal.url}/latest/meta-data\r\n")
        async with listening(lambda _: moved) as idp:
            answer = await Egress(LOCAL).call("GET", idp.url + "/keys")
    assert answer.status == 302
    assert internal.paths == []


async def test_size_time_and_compression_are_limited() -> None:
    egress = Egress(LOCAL)
    async with listening(lambda _: http(b"x" * 5000)) as big:
        with pytest.raises(EgressFailed, match="too_large"):
            await egress.call("GET", big.url, most_bytes=4999)
        assert len((await egress.call("GET", big.url, most_bytes=5000)).body) == 5000
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000  # no length: read until the connection closes
    async with listening(lambda _: endless) as unbounded:
        with pytest.raises(EgressFailed, match="too_large"):
            await egress.call("GET", unbounded.url, most_bytes=4999)
    async with listening(lambda _: http(b"x" * 500), pause=0.02) as slow:
        with pytest.raises(EgressFailed, match="timeout"):
            await egress.call("GET", slow.url, total_seconds=0.2)
    async with listening(lambda _: http(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")) as packed:
        with pytest.raises(EgressFailed, match="encoded"):
            await egress.call("GET", packed.url)
    async with listening(lambda _: b"SSH-2.0-OpenSSH_9.6\r\n\r\n") as banner:
        with pytest.raises(EgressFailed) as failed:
            await egress.call("GET", banner.url)
    assert str(failed.value) == "unreachable"
    with pytest.raises(EgressFailed, match="unreachable"):
        await egress.call("GET", banner.url)


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(lambda _: http(b"proxied")) as proxy, listening(lambda _: http(b"direct")) as idp:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await Egress(LOCAL).call("GET", idp.url)).body == b"direct"


async def test_the_unsafe_policy_reaches_this_machine_and_nothing_else_internal() -> None:
    async with listening(lambda _: http(b"here")) as idp:
        assert (await Egress(LOCAL).call("GET", idp.url)).body == b"here"
        with pytest.raises(EgressRefused):
            await Egress(STRICT).call("GET", idp.url)
        named = Egress(LOCAL, resolve=_always(["127.0.0.1"]))
        with pytest.raises(EgressRefused, match="not_public"):  # by another name it is an attack there too
            await named.call("GET", "https://rebinder.example/")
        for url in ("http://10.0.0.1/", "http://intranet/", "http://idp.example.com/", "http://0.0.0.0/"):
            with pytest.raises(EgressRefused):
                await Egress(LOCAL).call("GET", url)


@pytest.mark.parametrize(
    ("changes", "is_refused"),
    [
        ({}, False),
        ({"base_url": "http://127.0.0.1:8000"}, False),
        ({"host": "::1"}, False),
        ({"base_url": "https://api.vendor.example"}, True),
        ({"host": "0.0.0.0"}, True),  # noqa: S104
        ({"host": "::"}, True),
        ({"host": "10.0.0.5"}, True),
    ],
)
def test_the_unsafe_setting_is_refused_where_it_looks_like_production(
    changes: dict[str, str], is_refused: bool
) -> None:
    settings = Settings(**{"host": "127.0.0.1", "base_url": "", **changes}, unsafe_loopback_egress=True)  # type: ignore[arg-type]
    development = settings.model_copy(update={"environment": "development"})
    assert is_refused is any("UNSAFE_LOOPBACK" in danger for danger in find_dangers(development))
    assert any("UNSAFE_LOOPBACK" in danger for danger in find_dangers(settings))
    safe = settings.model_copy(update={"unsafe_loopback_egress": False})
    assert not any("UNSAFE_LOOPBACK" in danger for danger in find_dangers(safe))


def _always(addresses: list[str]):  # type: ignore[no-untyped-def]
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


def _record(monkeypatch: pytest.MonkeyPatch, port: int) -> list[tuple[str, int]]:
    """Note every connection that leaves, and lead it to a port of this machine instead."""
    connected: list[tuple[str, int]] = []
    real = httpcore.AnyIOBackend.connect_tcp

    async def connect(self, host, wanted, timeout=None, local_address=None, socket_options=None):  # type: ignore[no-untyped-def]  # noqa: ASYNC109
        connected.append((host, wanted))
        return await real(self, "127.0.0.1", port, timeout, local_address, socket_options)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return connected


def _server_side(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def _client_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
