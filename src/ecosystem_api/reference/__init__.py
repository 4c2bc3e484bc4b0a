"""Pages made from the code: permissions, refusals, events, rooms, imports, and the OpenAPI document.

What stands in them is what the service does: a test compares them with the code, `make docs` writes them anew.
"""

from ecosystem_api.reference.pages import pages, stale, write_all, write_openapi

__all__ = ["pages", "stale", "write_all", "write_openapi"]
