"""Pages for people: guides, the reference, search, and one page per refusal, where its `type` leads.

The guides are the Markdown of the folder `docs`, in the order of its `README.md`; what stands on GitHub is what is
served. Everything comes from here, also the vendored Swagger UI 5.35.0 (Apache-2.0, `assets/LICENSE`), so the pages
work without the internet and tell nobody who reads them.
"""

from ecosystem_api.runtime.pages.routes import pages_router

__all__ = ["pages_router"]
