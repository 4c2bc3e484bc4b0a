"""A fictional vendor with eighteen months of history, for people who want to look before they load their own.

Used by the command line and by whoever builds a frontend against this API. The history is not made up row by row: it
is played. Partners register, people decide, time passes, and every step goes through the services that serve the API,
so the ledger, the decisions and the protections are as they would be. It is not a fixture for tests of rooms.
"""

from ecosystem_api.demo.load import FULL, DemoResult, Scale, load

__all__ = ["FULL", "DemoResult", "Scale", "load"]
