"""Patches: changing a document by a partial one, and naming what changed."""

from collections.abc import Iterator, Mapping
from typing import Any, overload

_ABSENT = object()


@overload
def merge_patch(target: object, patch: Mapping[str, Any]) -> dict[str, Any]: ...
@overload
def merge_patch(target: object, patch: object) -> object: ...
def merge_patch(target: object, patch: object) -> object:
    """The document after a merge patch: absent members stay, null removes, lists and scalars replace.

    Edges: neither argument is changed; values the patch does not touch are shared with the target. A patch that is
    not an object replaces the whole document.
    Source: RFC 7396.
    """
    if not isinstance(patch, Mapping):
        return patch
    merged: dict[str, Any] = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def changed_paths(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The JSON pointers of all leaves that were added, removed or replaced, sorted.

    Edges: a list is one leaf, as in a merge patch; so is an empty object. An object replaced by a scalar, or the
    reverse, is one change at its own path. True and 1 are different; 1 and 1.0 are the same number.
    Source: RFC 6901 for the pointers.
    """
    return sorted(_changes("", before, after))


def _changes(path: str, before: object, after: object) -> Iterator[str]:
    old = before if isinstance(before, Mapping) else {} if before is _ABSENT else None
    new = after if isinstance(after, Mapping) else {} if after is _ABSENT else None
    if old is None or new is None or not (old or new):
        if not _same(before, after):
            yield path
        return
    for name in old.keys() | new.keys():
        escaped = str(name).replace("~", "~0").replace("/", "~1")
        yield from _changes(f"{path}/{escaped}", old.get(name, _ABSENT), new.get(name, _ABSENT))


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return isinstance(one, bool) == isinstance(other, bool) and one == other
