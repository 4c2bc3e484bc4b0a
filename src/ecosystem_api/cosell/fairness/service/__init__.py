"""Use cases of the fairness report."""

from ecosystem_api.cosell.fairness.service.page import as_html
from ecosystem_api.cosell.fairness.service.report import LONGEST_DAYS, USUAL_DAYS, fairness_report

__all__ = ["LONGEST_DAYS", "USUAL_DAYS", "as_html", "fairness_report"]
