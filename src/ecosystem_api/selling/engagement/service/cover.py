"""Which rules of a book speak: over the recorded past, and over the boundary of its own conditions."""

from itertools import combinations

from ecosystem_api.rules import CompiledBook, Coverage, Reach
from ecosystem_api.selling.engagement.schemas import CoverageRead


def coverage_read(book: CompiledBook, past: Coverage) -> CoverageRead:
    """What the rules did over the past; what never happened there is searched for before it is called impossible."""
    reach = Reach(book)
    never = past.never_fired(book)
    keys = [rule.key for rule in book.book.rules]
    apart = reach.apart([pair for pair in combinations(keys, 2) if not past.together[pair]])
    return CoverageRead(
        fired={key: past.fired[key] for key in keys},
        never_fired=list(never),
        cannot_fire=[key for key in never if key in reach.never],
        always_overruled=list(past.always_overruled(book)),
        never_together=[list(pair) for pair in apart.never],
        not_searched=[*([key] for key in never if key in reach.not_searched), *map(list, apart.not_searched)],
    )
