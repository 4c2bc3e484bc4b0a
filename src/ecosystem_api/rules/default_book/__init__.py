"""The rule book a vendor starts with: a sound program in plain sentences, to be published as it is or changed.

Where programs differ, the choices are these. A deal at a customer where the vendor's own team was active lately is
rejected, as most programs do, but by a published number of days; leaving it to review would
let the vendor's sellers decide in their own case. A deal outside the partner's territories goes to a person, because
integrators follow their customers across borders and a refusal would lose the deal for all. Too many open registrations
ask for one to be released and keep the new one's place, because a refusal would cost the partner its priority.
An extension within the published limits is granted at once where the sale has moved; one that a person has to decide
keeps the protection meanwhile, because a partner that asked in time must not lose by an answer that comes late.
"""

from typing import Final

from ecosystem_api.rules.book import RuleBook
from ecosystem_api.rules.default_book.afterwards import CHANGES, EXTENSIONS
from ecosystem_api.rules.default_book.cases import CASES
from ecosystem_api.rules.default_book.registering import APPROVALS, CLAIMS, JUDGMENT, SCOPE, STANDING
from ecosystem_api.rules.parameters import Parameters

DEFAULT_BOOK: Final = RuleBook(
    name="Rules of engagement",
    version=1,
    parameters=Parameters(
        extension_limit=2,
        extension_days=180,
        extension_window_days=30,
        extension_grace_days=14,
        material_amount_percent=20,
        runner_up_percent=10,
    ),
    rules=STANDING + CLAIMS + SCOPE + EXTENSIONS + CHANGES + JUDGMENT + APPROVALS,
    cases=CASES,
)
"""The book in its first version."""
