"""What people write: titles, descriptions, notes, reasons."""

from typing import Final

DESCRIPTIONS: Final = (
    "Replaces an on-premises suite whose support ends this year.",
    "Follows an incident in spring; the board has asked for a plan within the quarter.",
    "Part of a wider move to the cloud; our team runs the migration.",
    "The customer's insurer asks for it; we answered their questionnaire together.",
    "We run their service desk and were asked for a recommendation.",
    "A pilot with 50 seats went well; this is the roll-out.",
    "New site abroad, to be set up like the existing ones.",
    "The auditors found gaps; we were called in to close them.",
)

NOTES: Final = {
    "meeting": (
        "Met the customer's security lead; they will name a technical contact.",
        "Workshop on scope with infrastructure and procurement; open points are in our minutes.",
        "Quarterly review: the project is on their roadmap, budget is confirmed.",
    ),
    "call": (
        "Called to confirm the timeline; decision expected after their fiscal year starts.",
        "Procurement asked for references in their industry; sent two.",
    ),
    "demo": (
        "Showed isolation and rollback to six people; questions were about servers without internet access.",
        "Demonstrated the console; they want their own identity provider connected in the pilot.",
    ),
    "proposal": (
        "Proposal sent, valid for 30 days.",
        "Revised the proposal: three years instead of one, fewer seats in the first.",
    ),
    "pilot": (
        "Pilot started on 40 machines.",
        "Pilot finished: no open findings, the report is with their security lead.",
    ),
    "other": ("The contact has changed; introduced ourselves to the successor.",),
}

STAFF_NOTES: Final = (
    "Checked with finance: no open invoices.",
    "Regional lead knows the account and supports it.",
    "Compare with last year's tender before deciding.",
    "Asked the solution team to be ready for the pilot.",
)

APPROVALS: Final = {
    "meets_policy": "Thank you, this is well prepared.",
    "exception_granted": "Approved as an exception: your team is on site already.",
    "customer_choice": "The customer has confirmed in writing that they want to work with you.",
    "strategic_account": "Please involve our regional lead in the first meeting.",
}

REJECTIONS: Final = {
    "not_qualified": "Register again with a named contact and a confirmed need.",
    "outside_territory": "Work with a partner in that country, or ask for the country to be added to your agreement.",
    "customer_declines": "Ask the customer to confirm in writing that they want to work with you.",
    "duplicate": "Amend the registration you already have for this customer.",
}

RETURNS: Final = {
    "evidence_missing": "Attach the customer's request or the minutes of your first meeting.",
    "customer_unclear": "Add the customer's company number or web domain.",
    "amount_unclear": "Tell us how the amount was estimated.",
}

REVOCATIONS: Final = {
    "no_progress": "Register again once the project resumes.",
    "customer_choice": "The customer has chosen to work with another partner; talk to them first.",
    "partner_standing": "Claims end with the membership; ask us who looks after the customer now.",
}

LOST_REASONS: Final = ("price", "competitor", "no_decision", "no_budget", "product_fit")
