"""Which rules of a book speak: over the recorded past, and over the boundary of its own conditions."""

from ecosystem_api.rules import CompiledBook, Coverage, Reach
from ecosystem_api.selling.engagement.schemas import CoverageRead


def coverage_read(book: CompiledBook, past: Coverage) -> CoverageRead:
    """What the rules did over the past; what never happened there is searched for before it is called impossible."""
    reach = Reach(book)
    never = past.never_fired(book)
    actions = {rule.key: set(rule.on) for rule in book.book.rules}
    keys = list(actions)
    pairs = [(one, other) for place, one in enumerate(keys) for other in keys[place + 1 :]]
    apart = [
        [one, other]
        for one, other in pairs
        if actions[one] & actions[other]
        and not past.together[(one, other)]
        and one not in reach.never
        and other not in reach.never
        and reach.together(one, other) is None
    ]
    return CoverageRead(
        fired={key: past.fired[key] for key in keys},
        never_fired=list(never),
        cannot_fire=[key for key in never if key in reach.never],
        always_overruled=list(past.always_overruled(book)),
        never_together=apart,
    )
