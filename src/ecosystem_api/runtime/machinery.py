"""Everything a running process holds, in one value that requests and jobs receive."""

from dataclasses import dataclass, field

from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.clock import Clock
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.egress import Egress
from ecosystem_api.runtime.gates import Gates
from ecosystem_api.runtime.journal import Journal
from ecosystem_api.runtime.keyring import Keyring
from ecosystem_api.runtime.keysets import KeySets
from ecosystem_api.runtime.ledger.bell import Bell
from ecosystem_api.runtime.limits import Limits
from ecosystem_api.runtime.settings import Settings


@dataclass
class Machinery:
    """The parts of one process: what it was configured with, what it is connected to, what the house offers."""

    settings: Settings
    database: Database
    catalog: Catalog
    keyring: Keyring
    clock: Clock
    keysets: KeySets = field(default_factory=lambda: KeySets(Egress()))
    is_started: bool = field(default=False)
    is_draining: bool = field(default=False)
    gates: Gates = field(default_factory=Gates)
    limits: Limits = field(init=False)
    journal: Journal = field(init=False)
    bell: Bell = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(self.settings, self.database)
        self.journal = Journal(self.database, self.clock, self.settings.request_log_seconds)
        self.bell = Bell(self.database, lambda: self.is_draining)
