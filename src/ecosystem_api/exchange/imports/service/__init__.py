"""Use cases of imports, by verb: take a file, work it off, look after it."""

from ecosystem_api.exchange.imports.service.take import take_file
from ecosystem_api.exchange.imports.service.tend import cancel_import, get_import, list_imports, list_problems
from ecosystem_api.exchange.imports.service.work import HANDLER, work_batch

__all__ = ["HANDLER", "cancel_import", "get_import", "list_imports", "list_problems", "take_file", "work_batch"]
