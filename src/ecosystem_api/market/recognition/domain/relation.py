"""How two descriptions of customers relate: the questions that the matching law asks, each answered once."""

from dataclasses import dataclass
from typing import Final, Literal

from ecosystem_api.kernel.names import compact_name
from ecosystem_api.market.accounts.domain import identifier_register
from ecosystem_api.market.recognition.domain.similarity import Weigh, name_similarity

LEAST_SIMILARITY: Final = 0.75


@dataclass(frozen=True)
class Band:
    """Between what a vendor takes for granted and what it lets pass: there, a person looks.

    Shape: names less similar than `review_floor` (0 to 1) are no question; a match of a lower score than `auto_link`
    (80 to 100, the band of `same`) is not acted on by itself.
    """

    review_floor: float = LEAST_SIMILARITY
    auto_link: int = 80


@dataclass(frozen=True)
class AccountView:
    """What is known of one customer, in the spellings that compare.

    Shape: `names` are keys of `normal_name`, the customer's own first, aliases after it; `country` is ISO 3166-1
    alpha-2; `domains` are registrable domains without generic hosts; `identifiers` are (kind, normal identifier);
    `distinct_ids` are accounts that a person has said to be another company; `proposed_names` are keys of names that
    were seen and that nobody has confirmed.
    """

    id: str
    names: tuple[str, ...]
    display_name: str
    country: str | None = None
    domains: frozenset[str] = frozenset()
    identifiers: frozenset[tuple[str, str]] = frozenset()
    parent_id: str | None = None
    distinct_ids: frozenset[str] = frozenset()
    proposed_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameFit:
    """The best pair of names of two customers, and how alike the two are."""

    ours: str
    theirs: str
    similarity: float
    via_alias: bool
    is_proposed: bool = False

    @property
    def is_equal(self) -> bool:
        """The two are one name but for spaces, and somebody stands for both; words in another order are similar."""
        return not self.is_proposed and compact_name(self.ours) == compact_name(self.theirs)


@dataclass(frozen=True)
class Relation:
    """What the law asks about a pair.

    Shape: `different_ids` are (register, ours, theirs); `name` is None unless the best pair of names is similar.
    """

    shared_ids: tuple[tuple[str, str], ...]
    different_ids: tuple[tuple[str, str, str], ...]
    shared_domains: tuple[str, ...]
    domains_differ: bool
    countries: Literal["agree", "differ", "unknown"]
    is_parent: bool
    is_sibling: bool
    is_distinct: bool
    name: NameFit | None

    @property
    def has_one_name(self) -> bool:
        """A name or alias of one is a name or alias of the other."""
        return self.name is not None and self.name.is_equal


def relation_between(ours: AccountView, theirs: AccountView, weigh: Weigh, review_floor: float) -> Relation:
    """Compare two customers in everything that tells them together or apart."""
    shared_domains = ours.domains & theirs.domains
    known = ours.country is not None and theirs.country is not None
    return Relation(
        shared_ids=tuple(sorted(ours.identifiers & theirs.identifiers)),
        different_ids=_different_ids(ours, theirs),
        shared_domains=tuple(sorted(shared_domains)),
        domains_differ=bool(ours.domains and theirs.domains) and not shared_domains,
        countries=("agree" if ours.country == theirs.country else "differ") if known else "unknown",
        is_parent=theirs.id == ours.parent_id or ours.id == theirs.parent_id,
        is_sibling=ours.parent_id is not None and ours.parent_id == theirs.parent_id,
        is_distinct=theirs.id in ours.distinct_ids or ours.id in theirs.distinct_ids,
        name=_name_fit(ours, theirs, weigh, review_floor),
    )


def _different_ids(ours: AccountView, theirs: AccountView) -> tuple[tuple[str, str, str], ...]:
    """(register, ours, theirs) where both have numbers of one register and none in common."""
    found = []
    for register in sorted({identifier_register(*each) for each in ours.identifiers}):
        mine = sorted(v for kind, v in ours.identifiers if identifier_register(kind, v) == register)
        others = sorted(v for kind, v in theirs.identifiers if identifier_register(kind, v) == register)
        if others and not set(mine) & set(others):
            found.append((register, ", ".join(mine), ", ".join(others)))
    return tuple(found)


def _name_fit(ours: AccountView, theirs: AccountView, weigh: Weigh, least: float) -> NameFit | None:
    """The best pair of names, own names before aliases and those before proposed ones; none if none is similar."""
    best: NameFit | None = None
    for i, mine in enumerate((*ours.names, *ours.proposed_names)):
        for j, other in enumerate((*theirs.names, *theirs.proposed_names)):
            is_proposed = i >= len(ours.names) or j >= len(theirs.names)
            fit = NameFit(mine, other, name_similarity(mine, other, weigh), i + j > 0, is_proposed)
            if fit.similarity < least:
                continue
            if best is None or _rank(fit) > _rank(best):
                best = fit
    return best


def _rank(fit: NameFit) -> tuple[bool, float, bool, bool]:
    return fit.is_equal, fit.similarity, not fit.is_proposed, not fit.via_alias
