"""`python -m benchmarks.recognition quality LABELS.csv`, with columns `parent` and `name`; or `speed`."""

import argparse
from pathlib import Path

import uvloop

from benchmarks.recognition import quality, speed
from ecosystem_api.runtime.postgres import EmbeddedPostgres, suitable_data_dir

HOME = Path(".local/benchmark")


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
    of_quality.add_argument("--no-keep", action="store_true", help="leave docs/performance.md as it is")
    of_speed = commands.add_parser("speed", help=speed.__doc__)
    of_speed.add_argument("--accounts", type=int, default=1_000_000)
    of_speed.add_argument("--questions", type=int, default=500)
    of_speed.add_argument("--no-keep", action="store_true", help="leave docs/performance.md as it is")
    chosen = parser.parse_args()
    if chosen.command == "quality":
        quality.report(chosen.labels, chosen.every, chosen.examples, keep=not chosen.no_keep)
        return
    with EmbeddedPostgres(suitable_data_dir(HOME / "postgres")) as server:
        uvloop.run(speed.run(server, HOME, chosen.accounts, chosen.questions, keep=not chosen.no_keep))


if __name__ == "__main__":
    main()
