"""`ecosystem-api doctor`: what is wrong with this installation, and what to do about each thing."""

from ecosystem_api.cli.doctor.command import doctor

__all__ = ["doctor"]
