"""Whether two descriptions are one customer: an outcome, a score and the evidence for both.

The law, first line that applies:

0. A person has said that the two are two companies: never `same` and no longer doubtful. `same_family` if they are
   recorded relatives, else `different`.
1. A shared legal identifier: `same`; but `possible` if another identifier of one register differs, for then the record
   contradicts itself and a person must look.
2. Legal identifiers of one register that differ: never `same`. `same_family` if they are recorded relatives or share a
   domain, `possible` if they have one name, else `different`.
3. One is the other's parent: `same_family`.
4. One name (or alias) and one country: `same`; but `possible` if both have domains and none in common.
5. One parent: `same_family`.
6. A shared domain: `same`; but `same_family` if the countries differ, because the national companies of a group share
   a domain and each buys, signs and is claimed for itself.
7. One name, without agreement on the country: `possible`.
8. Similar names (0.75 or more), in countries that do not differ: `possible`. So is a name that was only seen and that
   nobody has confirmed, however equal.
9. Otherwise `different`.

Only `same` is acted on without a person.

Weights of the evidence: same_legal_id +100, same_domain +85, same_name_and_country +80, same_name_other_country +45,
similar_name +55 times the similarity, same_family +40, alias -5, different_legal_id -60. The score is their sum, held
inside the band of the outcome: `same` 80-100, `same_family` 60-79, `possible` 30-59, `different` 0-29. So the score
orders candidates and never contradicts the outcome. It is a points scale, not a probability.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ecosystem_api.market.recognition.domain.relation import AccountView, Band, Relation, relation_between
from ecosystem_api.market.recognition.domain.similarity import Weigh, word_weight

Outcome = Literal["same", "same_family", "possible", "different"]
EvidenceKind = Literal[
    "same_legal_id",
    "different_legal_id",
    "same_domain",
    "same_name_and_country",
    "same_name_other_country",
    "similar_name",
    "same_family",
    "alias",
]

WEIGHTS: Final[dict[EvidenceKind, int]] = {
    "same_legal_id": 100,
    "same_domain": 85,
    "same_name_and_country": 80,
    "same_name_other_country": 45,
    "similar_name": 55,
    "same_family": 40,
    "alias": -5,
    "different_legal_id": -60,
}
BANDS: Final[dict[Outcome, tuple[int, int]]] = {
    "same": (80, 100),
    "same_family": (60, 79),
    "possible": (30, 59),
    "different": (0, 29),
}
DEFAULT_BAND: Final = Band()


_LABELS: Final = {
    "duns": "DUNS number",
    "lei": "legal entity identifier",
    "company_number": "company number",
    "vat": "VAT number",
}


@dataclass(frozen=True)
class Evidence:
    """One reason for or against: what the subject says, what the candidate's record says, and what it weighs."""

    kind: EvidenceKind
    theirs: str
    ours: str
    weight: int
    sentence: str


@dataclass(frozen=True)
class Match:
    """The verdict on one candidate; `score` is 0 to 100 and lies in the band of the outcome."""

    account_id: str
    outcome: Outcome
    score: int
    evidence: tuple[Evidence, ...]


def judge_match(
    candidate: AccountView, subject: AccountView, weigh: Weigh = word_weight, band: Band = DEFAULT_BAND
) -> Match:
    """Whether the subject is the candidate; asked the other way round, the outcome and the score are the same.

    Shape: `subject` is what somebody described ("theirs"), `candidate` an account on record ("ours"); `weigh` gives
    the weight of a word in the similarity of names. Edges: what is `same` by less than the band's `auto_link` is
    `possible`.
    """
    relation = relation_between(candidate, subject, weigh, band.review_floor)
    outcome = _outcome(relation)
    evidence = (
        *_identifier_evidence(relation),
        *_domain_evidence(relation),
        *_name_evidence(relation, candidate, subject),
        *_family_evidence(relation, candidate, subject),
    )
    points = sum(found.weight for found in evidence)
    if outcome == "same" and max(points, BANDS["same"][0]) < band.auto_link:
        outcome = "possible"
    low, high = BANDS[outcome]
    score = min(max(points, low), high)
    return Match(candidate.id, outcome, score, evidence)


def rank_matches(
    subject: AccountView,
    candidates: Iterable[AccountView],
    weigh: Weigh = word_weight,
    band: Band = DEFAULT_BAND,
) -> list[Match]:
    """Every candidate judged, the most likely first; equal scores in the order of their ids."""
    matches = (judge_match(candidate, subject, weigh, band) for candidate in candidates)
    return sorted(matches, key=lambda match: (-match.score, match.account_id))


def _outcome(relation: Relation) -> Outcome:
    if relation.is_distinct:
        return "same_family" if relation.is_parent or relation.is_sibling else "different"
    if relation.shared_ids:
        return "possible" if relation.different_ids else "same"
    if relation.different_ids:
        return _outcome_of_two_companies(relation)
    if relation.is_parent:
        return "same_family"
    if relation.has_one_name and relation.countries == "agree" and not relation.domains_differ:
        return "same"
    if relation.is_sibling:
        return "same_family"
    if relation.shared_domains:
        return "same_family" if relation.countries == "differ" else "same"
    if relation.has_one_name or (relation.name is not None and relation.countries != "differ"):
        return "possible"
    return "different"


def _outcome_of_two_companies(relation: Relation) -> Outcome:
    if relation.is_parent or relation.is_sibling or relation.shared_domains:
        return "same_family"
    return "possible" if relation.has_one_name else "different"


def _evidence(kind: EvidenceKind, theirs: str, ours: str, sentence: str, share: float = 1.0) -> Evidence:
    return Evidence(kind, theirs, ours, round(WEIGHTS[kind] * share), sentence)


def _identifier_evidence(relation: Relation) -> Iterator[Evidence]:
    for kind, value in relation.shared_ids[:1]:
        yield _evidence("same_legal_id", value, value, f"Both have the {_LABELS[kind]} {value}.")
    for register, ours, theirs in relation.different_ids[:1]:
        label = _LABELS[register.partition(" ")[0]]
        yield _evidence("different_legal_id", theirs, ours, f"The {label} differs: theirs is {theirs}, ours {ours}.")


def _domain_evidence(relation: Relation) -> Iterator[Evidence]:
    for domain in relation.shared_domains[:1]:
        where = ", but are in different countries" if relation.countries == "differ" else ""
        yield _evidence("same_domain", domain, domain, f"Both use the domain {domain}{where}.")


def _name_evidence(relation: Relation, candidate: AccountView, subject: AccountView) -> Iterator[Evidence]:
    fit = relation.name
    if fit is None:
        return
    if not fit.is_equal:
        yield _evidence(
            "similar_name",
            fit.theirs,
            fit.ours,
            f'"{fit.theirs}" and "{fit.ours}" are alike ({fit.similarity:.2f} of 1).',
            fit.similarity,
        )
    elif relation.countries == "agree":
        but = ", but their domains differ" if relation.domains_differ else ""
        yield _evidence(
            "same_name_and_country", fit.theirs, fit.ours, f'Both are called "{fit.ours}" in {candidate.country}{but}.'
        )
    else:
        yield _evidence(
            "same_name_other_country",
            fit.theirs,
            fit.ours,
            f'Both are called "{fit.ours}", but {_countries(candidate, subject)}.',
        )
    if fit.via_alias:
        what = "a name that nobody has confirmed" if fit.is_proposed else "an alias"
        yield _evidence("alias", fit.theirs, fit.ours, f'The name compared is {what}: "{fit.theirs}", "{fit.ours}".')


def _countries(candidate: AccountView, subject: AccountView) -> str:
    if candidate.country is not None and subject.country is not None:
        return f"theirs is in {subject.country}, ours in {candidate.country}"
    return "the country of one of them is not known" if candidate.country or subject.country else "no country is known"


def _family_evidence(relation: Relation, candidate: AccountView, subject: AccountView) -> Iterator[Evidence]:
    theirs, ours = subject.display_name, candidate.display_name
    if subject.id == candidate.parent_id:
        yield _evidence("same_family", theirs, ours, f"{theirs} is recorded as the parent of {ours}.")
    elif candidate.id == subject.parent_id:
        yield _evidence("same_family", theirs, ours, f"{ours} is recorded as the parent of {theirs}.")
    elif relation.is_sibling:
        yield _evidence("same_family", theirs, ours, f"{theirs} and {ours} are recorded under one parent.")
