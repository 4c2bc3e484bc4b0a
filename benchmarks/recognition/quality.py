"""Whether a raw spelling leads to its company: precision, recall and F1 with intervals, and the errors by kind.

Every spelling is asked once with itself taken out of the index (leave one out): its company must be the best
candidate. It is asked a second time with its whole company taken out: every answer is then wrong. And it is asked of an
index that knows each company by its own name alone. The threshold is that of the service; five folds show beside it
what a threshold chosen on the other companies would give.
"""

import csv
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from benchmarks.page import keep as keep_on_page
from benchmarks.page import measured_with
from benchmarks.recognition.index import Index
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.market.recognition.domain import LEAST_SIMILARITY

FOLDS, RESAMPLES = 5, 1000
_LEVELS = [level / 100 for level in range(40, 96)]


class Asked(NamedTuple):
    """One question: the company that would be right, None if the index does not know it, and the best candidate."""

    parent: str
    name: str
    is_known: bool
    best: str
    similarity: float
    of_parent: float | None

    @property
    def is_right(self) -> bool:
        """The best candidate is the company."""
        return self.is_known and self.best == self.parent


def report(path: Path, every: int, examples: int, *, keep: bool) -> None:
    """Print precision, recall and F1 of the labels, asking for every n-th; keep them on the page."""
    with path.open(newline="", encoding="utf-8") as file:
        pairs = [(row["parent"], row["name"]) for row in csv.DictReader(file)]
    labels = [(parent, normal) for parent, name in pairs if (normal := normal_name(name))]
    parents = sorted({parent for parent, _ in labels})
    own = [(parent, normal_name(parent)) for parent in parents]
    index, by_name = Index([*own, *labels]), Index(own)
    known, unknown, bare, took = [], [], [], []
    for parent, name in labels[::every]:
        index.put(parent, name, -1)
        started = time.perf_counter()
        found = index.candidates(name)
        took.append(time.perf_counter() - started)
        index.put(parent, name, 1)
        known.append(_asked(parent, name, found))
        unknown.append(_asked(parent, name, index.candidates(name, without=parent), is_known=False))
        bare.append(_asked(parent, name, by_name.candidates(name)))
    print(
        f"{len(known)} of {len(labels)} spellings of {len(parents)} companies; "
        f"median {statistics.median(took) * 1000:.1f} ms each"
    )
    rows = []
    for title, asked in (
        ("all other spellings of all companies (leave one out)", known),
        ("the same, and as many questions for companies that are not known", [*known, *unknown]),
        ("each company by its own name alone", bare),
    ):
        rows.append(_print(title, asked))
        _print_errors(asked, examples)
    if keep:
        _keep(rows, f"{len(known):,} of {len(labels):,} labelled spellings of {len(parents)} companies")


def _asked(parent: str, name: str, found: dict[str, float], *, is_known: bool = True) -> Asked:
    similarity, best = max(((similarity, company) for company, similarity in found.items()), default=(0.0, ""))
    return Asked(parent, name, is_known, best, similarity, found.get(parent))


def _keep(rows: Sequence[str], what: str) -> None:
    table = "\n".join(["| what is known | F1 | precision | recall | five folds, F1 |", "|---|---|---|---|---|", *rows])
    text = f"""{measured_with("python -m benchmarks.recognition quality")}: {what}, at the similarity of
{LEAST_SIMILARITY} from which the service asks people. Each spelling is asked for once. Intervals are the middle 95 % of
{RESAMPLES:,} draws of companies; the folds choose the threshold on the other four fifths of the companies.

{table}
"""
    keep_on_page(text, "How well names are recognised")


def _print(title: str, asked: Sequence[Asked]) -> str:
    """Print the figures of a reading; answer them as a row of a table."""
    figures = _judge(asked, LEAST_SIMILARITY)
    low, high = _interval(asked)
    told = ", ".join(
        f"{name} {value:.3f} ({least:.3f} to {most:.3f})"
        for name, value, least, most in zip(("F1", "precision", "recall"), figures, low, high, strict=True)
    )
    print(f"\n{title}\n    {told} at {LEAST_SIMILARITY} as in the service")
    chosen, folds = [], []
    for fold in range(FOLDS):
        seen = [one for one in asked if _fold(one.parent) != fold]
        chosen.append(max(_LEVELS, key=lambda level: _judge(seen, level)[0]))
        folds.append(_judge([one for one in asked if _fold(one.parent) == fold], chosen[-1]))
    f1, precision, recall = (statistics.mean(column) for column in zip(*folds, strict=True))
    where = ", ".join(f"{level:.2f}" for level in chosen)
    print(f"    {FOLDS} folds: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f} at {where}")
    between = f"{figures[0]:.3f} ({low[0]:.3f} to {high[0]:.3f})"
    return f"| {title} | {between} | {figures[1]:.3f} | {figures[2]:.3f} | {f1:.3f} |"


def _judge(asked: Iterable[Asked], least: float) -> tuple[float, float, float]:
    """F1, precision and recall when whatever is at least so similar is answered."""
    asked = list(asked)
    answered = [one for one in asked if one.similarity >= least]
    right, count = sum(one.is_right for one in answered), sum(one.is_known for one in asked)
    return (
        2 * right / max(len(answered) + count, 1),
        right / max(len(answered), 1),
        right / max(count, 1),
    )


def _interval(asked: Sequence[Asked]) -> tuple[Sequence[float], Sequence[float]]:
    """The middle 95 % when companies are drawn anew: the spellings of one company are no independent questions."""
    by_company: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in asked:
        counts = by_company[one.parent]
        is_answered = one.similarity >= LEAST_SIMILARITY
        counts[0] += is_answered and one.is_right
        counts[1] += is_answered
        counts[2] += one.is_known
    companies, chance = list(by_company.values()), random.Random(1)
    drawn = []
    for _ in range(RESAMPLES):
        right, answered, known = (sum(part) for part in zip(*chance.choices(companies, k=len(companies)), strict=True))
        drawn.append((2 * right / max(answered + known, 1), right / max(answered, 1), right / max(known, 1)))
    columns = [sorted(column) for column in zip(*drawn, strict=True)]
    return [column[RESAMPLES // 40] for column in columns], [column[-RESAMPLES // 40] for column in columns]


def _fold(parent: str) -> int:
    return crc32(compact_name(parent).encode()) % FOLDS


def _print_errors(asked: Sequence[Asked], examples: int) -> None:
    kinds: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if kind := _error(one):
            kinds[kind].append(one)
    for kind, found in sorted(kinds.items(), key=lambda pair: -len(pair[1])):
        print(f"    {len(found):5} {kind}")
        for one in random.Random(2).sample(found, min(examples, len(found))):
            right = "" if one.of_parent is None else f" {one.of_parent:.2f}"
            print(f'          "{one.name}" of {one.parent}{right}; best {one.best or "none"} {one.similarity:.2f}')


def _error(one: Asked) -> str | None:
    """Which kind of error a question ended in; none if it was answered rightly."""
    is_answered = one.similarity >= LEAST_SIMILARITY
    if not one.is_known:
        return "answered, though the company is not known" if is_answered else None
    if one.is_right and is_answered:
        return None
    if is_answered:
        return "another company is more alike"
    shared = Counter(one.name.split()) & Counter(normal_name(one.parent).split())
    if not shared:
        return "not found: no word in common (another name, initials, misspelled)"
    return "not found: a word in common, too much besides"
