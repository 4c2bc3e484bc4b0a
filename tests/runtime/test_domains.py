"""Registrable domains, offline, and the hosts that are nobody's own."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.runtime import domains
from ecosystem_api.runtime.domains import is_generic_host, key_domain, registrable_domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("acme.com", "acme.com"),
        ("WWW.Acme.COM.", "acme.com"),
        ("https://user:secret@shop.acme.com:8443/a?b=c@d#e", "acme.com"),
        ("//cdn.acme.co.uk/x", "acme.co.uk"),
        ("https://acme.com/@handle", "acme.com"),
        ("ann.lee+deals@mail.acme.com.au", "acme.com.au"),
        ("mailto:ann@acme.org", "acme.org"),
        ("Ann Lee <ann@acme.co.jp>", "acme.co.jp"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("XN--MNCHEN-3YA.de", "xn--mnchen-3ya.de"),
        ("http://www.食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn"),
        ("straße.de", "xn--strae-oqa.de"),
        ("acme。com", "acme.com"),
        ("www.com", "www.com"),
        ("tbs-sct.gc.ca", "tbs-sct.gc.ca"),
        ("_dmarc.acme.com", "acme.com"),
        ("shop.acme.uk.com", "acme.uk.com"),
        ("acme.github.io", "github.io"),
    ],
)
def test_a_web_or_mail_address_gives_its_registrable_domain(text: str, domain: str) -> None:
    assert registrable_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "acme",
        "localhost:8000",
        "co.uk",
        "uk.com",
        "http://192.0.2.7/",
        "[2001:db8::1]",
        "acme.notasuffix",
        "Acme Ltd",
        "a..com",
        "-acme.com",
        "http://",
        "@",
        "x" * 300 + ".com",
        "acme.com:80:80",
        "�.com",
    ],
)
def test_text_without_a_registered_name_gives_none(text: str) -> None:
    assert registrable_domain(text) is None
    assert key_domain(text) is None


@pytest.mark.parametrize(
    "host",
    [
        "ann@gmail.com",
        "outlook.com",
        "yahoo.co.jp",
        "acme.wixsite.com",
        "acme.github.io",
        "https://linkedin.com/company/acme",
        "acme.myshopify.com",
        "acme.blogspot.com",
        "acme.herokuapp.com",
        "acme.sharepoint.com",
        "qq.com",
        "x@web.de",
        "acme.azurewebsites.net",
        "facebook.com/acme",
        "acme.pages.dev",
        "acme.vercel.app",
        "ec.europa.eu",
    ],
)
def test_a_host_that_many_share_is_never_a_key(host: str) -> None:
    assert is_generic_host(host)
    assert key_domain(host) is None


@pytest.mark.parametrize("host", ["ibm.com", "bell.ca", "bbc.co.uk", "acme.uk.com", "mygmail.com", "salesforce.com"])
def test_a_companys_own_domain_is_a_key(host: str) -> None:
    assert not is_generic_host(host)
    assert key_domain(f"https://www.{host}/") == host


def test_every_listed_host_is_a_registrable_domain() -> None:
    assert [host for host in sorted(domains._GENERIC_HOSTS) if registrable_domain(host) != host] == []


def test_no_connection_is_opened_to_read_the_suffix_list(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the suffix list was asked for on the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    domains._extractor.cache_clear()
    assert registrable_domain("www.acme.co.nz") == "acme.co.nz"


@given(st.text(max_size=60))
def test_any_text_gives_a_domain_that_is_its_own_domain_or_none(text: str) -> None:
    domain = registrable_domain(text)
    assert domain is None or registrable_domain(domain) == domain
