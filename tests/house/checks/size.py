"""What makes code readable is countable: the length of files and functions, and words that have no business here."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.house.checks import Faults

FILE_LINES, FUNCTION_LINES = 400, 60
_PLACES = "home|Users|root|work|farm|mnt|private"
_UNFINISHED = "TO" + "DO|FIX" + "ME|HA" + "CK"
FORBIDDEN = {
    re.compile(rf"\b(?:{_UNFINISHED})\b"): "finish it, or write an issue: an unfinished thing is not code",
    re.compile(rf"(?<![\w.~:/-])/(?:{_PLACES})/\w"): "a path of somebody's machine: make it relative to the project",
    re.compile(r"\b[Ii]ssue #\d|\(#\d+\)"): "a number means nothing to a reader: say the reason",
}


def long_files(files: Iterable[Path]) -> Faults:
    """No file is longer than 400 lines."""
    return {
        str(path): f"{count} lines: make it a package of the same name, split by verb, law or resource"
        for path in files
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }


def long_functions(files: Iterable[Path]) -> Faults:
    """No function is longer than 60 lines."""
    faults: Faults = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    faults[f"{path}:{node.name}"] = f"{lines} lines: name its steps and give each a function"
    return faults


def mentions(files: Iterable[Path]) -> Faults:
    """Nothing speaks of unfinished work, of somebody's machine, or of numbers in a tracker."""
    faults: Faults = {}
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for pattern, remedy in FORBIDDEN.items():
                if pattern.search(line):
                    faults[f"{path}:{number}"] = remedy
    return faults
