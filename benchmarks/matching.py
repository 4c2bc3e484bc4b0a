"""How well and how fast customers are recognised by name.

Run: `python benchmarks/matching.py quality LABELS.csv` with columns `parent,name`: raw spellings and the company that
each means. Every spelling is asked once with itself taken out of the index (leave one out): its company must be the
best candidate. It is asked a second time with its whole company taken out: every answer is then wrong. The threshold
is chosen on four fifths of the companies and judged on the fifth that it has not seen.
"""

import argparse
import csv
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

from ecosystem_api.market.accounts.domain import (
    COMMON,
    LEAST_SIMILARITY,
    MOST_CANDIDATES,
    compact_name,
    key_weight,
    name_keys,
    name_similarity,
    normal_name,
    sound_core,
    weigh_by_holders,
)

FOLDS = 5
Asked = tuple[str, float, bool]
"""A company, the similarity of the best candidate, and whether that is the company."""


class Index:
    """Names of companies in memory, found by the same keys and judged by the same law as in the service."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Take (company, normal name) pairs."""
        self.names: dict[str, Counter[str]] = defaultdict(Counter)
        self.holders: dict[str, Counter[str]] = defaultdict(Counter)
        for company, name in names:
            self.put(company, name, 1)

    def put(self, company: str, name: str, times: int) -> None:
        """Add a name, or take it away with -1."""
        self.names[company][name] += times
        for key in name_keys(name):
            self.holders[key][company] += times
            if not self.holders[key][company]:
                del self.holders[key][company]

    def best(self, name: str, without: str | None = None) -> tuple[str, float]:
        """The most similar company but one, and how similar it is."""
        held = {key: [one for one in self.holders.get(key, ()) if one != without] for key in name_keys(name)}
        points: dict[str, float] = defaultdict(float)
        for companies in held.values():
            for company in companies if len(companies) <= COMMON else ():
                points[company] += key_weight(len(companies))
        weigh = weigh_by_holders({core: len(held[core]) for core in map(sound_core, name.split())})
        found = (0.0, "")
        for company in sorted(points, key=lambda one: (-points[one], one))[:MOST_CANDIDATES]:
            spellings = (one for one, times in self.names[company].items() if times)
            found = max(found, (max(name_similarity(name, one, weigh) for one in spellings), company))
        return found[1], found[0]


def quality(path: Path, every: int) -> None:
    """Print precision, recall and F1 of the labels, asking for every n-th."""
    with path.open(newline="", encoding="utf-8") as file:
        pairs = [(row["parent"], row["name"]) for row in csv.DictReader(file)]
    labels = [(parent, normal) for parent, name in pairs if (normal := normal_name(name))]
    asked = labels[::every]
    parents = sorted({parent for parent, _ in labels})
    index = Index([*((parent, normal_name(parent)) for parent in parents), *labels])
    known, unknown, took = [], [], []
    for parent, name in asked:
        index.put(parent, name, -1)
        started = time.perf_counter()
        company, similarity = index.best(name)
        took.append(time.perf_counter() - started)
        index.put(parent, name, 1)
        known.append((parent, similarity, company == parent))
        unknown.append((parent, index.best(name, without=parent)[1], False))
    print(
        f"{len(asked)} of {len(labels)} spellings of {len(parents)} companies; "
        f"median {statistics.median(took) * 1000:.1f} ms each"
    )
    _print("known companies", known, known)
    _print("known and unknown ones", [*known, *unknown], known)
    by_name = Index((parent, normal_name(parent)) for parent in parents)
    bare = [(parent, *_answer(by_name, parent, name)) for parent, name in asked]
    _print("by the company's own name alone", bare, bare)


def _answer(index: Index, parent: str, name: str) -> tuple[float, bool]:
    company, similarity = index.best(name)
    return similarity, company == parent


def _print(title: str, asked: Sequence[Asked], known: Sequence[Asked]) -> None:
    precision, recall, f1 = _judge(asked, len(known), LEAST_SIMILARITY)
    print(
        f"{title}: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f} at {LEAST_SIMILARITY} as in the service"
    )
    chosen, figures = [], []
    for fold in range(FOLDS):
        seen = [one for one in asked if _fold(one[0]) != fold]
        count = sum(_fold(parent) != fold for parent, _, _ in known)
        levels = [level / 100 for level in range(40, 96)]
        chosen.append(max(levels, key=lambda level: _judge(seen, count, level)[2]))
        rest = [one for one in asked if _fold(one[0]) == fold]
        figures.append(_judge(rest, len(known) - count, chosen[-1]))
    precision, recall, f1 = (statistics.mean(column) for column in zip(*figures, strict=True))
    spread = statistics.stdev(figure[2] for figure in figures)
    where = ", ".join(str(level) for level in chosen)
    print(f"    {FOLDS} folds: F1 {f1:.3f} (± {spread:.3f}), precision {precision:.3f}, recall {recall:.3f} at {where}")


def _fold(parent: str) -> int:
    return crc32(compact_name(parent).encode()) % FOLDS


def _judge(asked: Sequence[Asked], count: int, least: float) -> tuple[float, float, float]:
    answered = [is_right for _, similarity, is_right in asked if similarity >= least]
    right = sum(answered)
    precision, recall = right / max(len(answered), 1), right / max(count, 1)
    return precision, recall, 2 * right / max(len(answered) + count, 1)


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    of_quality = commands.add_parser("quality")
    of_quality.add_argument("labels", type=Path)
    of_quality.add_argument("--every", type=int, default=1, help="ask for every n-th spelling only")
    arguments = parser.parse_args()
    quality(arguments.labels, arguments.every)


if __name__ == "__main__":
    main()
