"""Merge patches follow RFC 7396 and changes are named by RFC 6901 pointers."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.patch import changed_paths, merge_patch

# RFC 7396, appendix A, row by row: original, patch, result.
APPENDIX_A = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab/~", max_size=2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.text("ab/~", max_size=2), VALUES, max_size=3)


@pytest.mark.parametrize(("target", "patch", "result"), APPENDIX_A)
def test_every_example_of_rfc_7396_appendix_a_holds(target: str, patch: str, result: str) -> None:
    assert merge_patch(json.loads(target), json.loads(patch)) == json.loads(result)


@given(DOCUMENTS, DOCUMENTS)
def test_a_patch_changes_neither_the_target_nor_itself(target: dict[str, object], patch: dict[str, object]) -> None:
    before = copy.deepcopy((target, patch))
    merge_patch(target, patch)
    assert (target, patch) == before


@given(DOCUMENTS, DOCUMENTS)
def test_applying_a_patch_twice_changes_nothing_more(target: dict[str, object], patch: dict[str, object]) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_its_copy(document: dict[str, object]) -> None:
    assert changed_paths(document, copy.deepcopy(document)) == []


@given(DOCUMENTS, DOCUMENTS)
def test_the_same_paths_changed_in_both_directions(one: dict[str, object], other: dict[str, object]) -> None:
    forth = changed_paths(one, other)
    assert forth == changed_paths(other, one)
    assert bool(forth) == (json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": 1}, {"a": 2}, ["/a"]),
        ({"a": 1}, {}, ["/a"]),
        ({}, {"b": 1, "a": None}, ["/a", "/b"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ["/a/c"]),
        ({}, {"a": {"b": {"c": 1}, "d": {}}}, ["/a/b/c", "/a/d"]),
        ({"a": {"b": 1}}, {"a": "text"}, ["/a"]),
        ({"a": {"b": 1}}, {"a": None}, ["/a"]),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["/a"]),
        ({"a": None}, {}, ["/a"]),
        ({"a": True}, {"a": 1}, ["/a"]),
        ({"a": [{"b": 0}]}, {"a": [{"b": False}]}, ["/a"]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a/b": 1, "m~n": 2, "": 3}, {"a/b": 0, "m~n": 0, "": 0}, ["/", "/a~1b", "/m~0n"]),
    ],
)
def test_changed_leaves_are_named_by_escaped_pointers(
    before: dict[str, object], after: dict[str, object], paths: list[str]
) -> None:
    assert changed_paths(before, after) == paths
