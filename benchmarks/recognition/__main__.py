"""`python -m benchmarks.recognition quality LABELS.csv`, with columns `parent` and `name`; or `speed`."""

import argparse
from pathlib import Path

from benchmarks.recognition import quality


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recognition", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    of_quality = commands.add_parser("quality", help=quality.__doc__)
    of_quality.add_argument(
        "labels", type=Path, help="CSV: raw spellings (`name`) and the company each means (`parent`)"
    )
    of_quality.add_argument("--every", type=int, default=1, help="ask for every n-th spelling only")
    of_quality.add_argument("--examples", type=int, default=3, help="how many errors of each kind to show")
    chosen = parser.parse_args()
    quality.report(chosen.labels, chosen.every, chosen.examples)


if __name__ == "__main__":
    main()
