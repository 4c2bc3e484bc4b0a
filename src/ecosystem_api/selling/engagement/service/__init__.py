"""Use cases of engagement, by verb: write, try, publish and sign a book; judge by it; explain what was decided."""

from ecosystem_api.selling.engagement.service.author import (
    compare,
    create_draft,
    get_book,
    list_books,
    render_one,
    retire_book,
    update_draft,
    validate_draft,
)
from ecosystem_api.selling.engagement.service.books import (
    book_in_force,
    open_first_book,
    parameters_in_force,
    read_book,
    render_book,
)
from ecosystem_api.selling.engagement.service.declare import books_reading, books_telling
from ecosystem_api.selling.engagement.service.explain import (
    deciders_of,
    get_decision,
    latest_decision,
    list_decisions,
    parameters_of,
    verify_decision,
)
from ecosystem_api.selling.engagement.service.foresee import Foreseen, Foresight, foresee
from ecosystem_api.selling.engagement.service.judge import (
    SILENCE,
    Judgement,
    decide_as_person,
    judge,
    preview,
    remedies_of,
    rules_now,
)
from ecosystem_api.selling.engagement.service.publish import publish_book
from ecosystem_api.selling.engagement.service.settled import Settled, settled_cases
from ecosystem_api.selling.engagement.service.sign import sign_rules
from ecosystem_api.selling.engagement.service.simulate import HANDLER as SIMULATION_HANDLER
from ecosystem_api.selling.engagement.service.simulate import WATCH as SIMULATION_WATCH
from ecosystem_api.selling.engagement.service.simulate import (
    cancel_simulation,
    get_simulation,
    list_flips,
    list_simulations,
    start_simulation,
    work_simulation,
)
from ecosystem_api.selling.engagement.service.watch import watch_simulation
from ecosystem_api.selling.engagement.store import by_region, decided_about

__all__ = [
    "SILENCE",
    "SIMULATION_HANDLER",
    "SIMULATION_WATCH",
    "Foreseen",
    "Foresight",
    "Judgement",
    "Settled",
    "book_in_force",
    "books_reading",
    "books_telling",
    "by_region",
    "cancel_simulation",
    "compare",
    "create_draft",
    "decide_as_person",
    "decided_about",
    "deciders_of",
    "foresee",
    "get_book",
    "get_decision",
    "get_simulation",
    "judge",
    "latest_decision",
    "list_books",
    "list_decisions",
    "list_flips",
    "list_simulations",
    "open_first_book",
    "parameters_in_force",
    "parameters_of",
    "preview",
    "publish_book",
    "read_book",
    "remedies_of",
    "render_book",
    "render_one",
    "retire_book",
    "rules_now",
    "settled_cases",
    "sign_rules",
    "start_simulation",
    "update_draft",
    "validate_draft",
    "verify_decision",
    "watch_simulation",
    "work_simulation",
]
