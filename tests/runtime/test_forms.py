"""Which form of an answer a client would rather read."""

import pytest

from ecosystem_api.runtime.http import preferred

OFFERED = ("application/json", "text/markdown", "text/html")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "application/json"),
        ("text/html", "text/html"),
        ("TEXT/HTML;Q=0.5", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.4, text/markdown; charset=utf-8; q=0.6", "text/markdown"),
        ("text/*", "text/markdown"),
        ("text/*;q=0.9, text/markdown;q=0", "text/html"),
        ("text/html;q=0, */*;q=0.1", "application/json"),
        ("application/xml", "application/json"),
        ("text/html;q=much", "application/json"),
        ("", "application/json"),
    ],
)
def test_the_form_with_the_greatest_weight_is_answered(accept: str, form: str) -> None:
    assert preferred(accept, OFFERED) == form
