"""Headless service for partner ecosystems: who the partners are, which deals they may claim, and why."""

__version__ = "0.1.0"
