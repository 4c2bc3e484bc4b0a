"""What the vendor sells."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """A product, how often it is asked for, and in which quantities. Units: the price of one unit in US dollars."""

    sku: str
    name: str
    family: str
    unit: str
    price: int
    quantities: tuple[int, int]
    weight: float


PRODUCTS: Final = (
    Product("EDR-100", "Endpoint Detection and Response", "endpoint", "endpoints", 62, (80, 4000), 6.0),
    Product("EDR-200", "Server Protection", "endpoint", "servers", 240, (10, 600), 2.5),
    Product("MTD-150", "Mobile Threat Defence", "endpoint", "devices", 31, (100, 3000), 1.5),
    Product("ZTN-300", "Zero Trust Access", "network", "users", 88, (50, 2500), 2.5),
    Product("NDR-350", "Network Detection and Response", "network", "sensors", 3200, (2, 40), 1.5),
    Product("CSP-400", "Cloud Posture Management", "cloud", "workloads", 115, (40, 1500), 2.0),
    Product("CWP-450", "Cloud Workload Protection", "cloud", "workloads", 150, (40, 1200), 1.0),
    Product("PAM-260", "Privileged Access Management", "identity", "users", 310, (15, 400), 1.5),
    Product("SIEM-700", "Security Analytics", "operations", "gigabytes a day", 1450, (5, 120), 1.5),
    Product("MDR-900", "Managed Detection and Response", "operations", "endpoints", 118, (100, 3000), 2.0),
)

RETIRED: Final = Product("AVX-050", "Antivirus Classic", "endpoint", "endpoints", 18, (50, 2000), 0.0)
"""Sold before; retired early in the story, so that the catalogue shows one."""
