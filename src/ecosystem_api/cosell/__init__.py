"""Vendor and partners side by side: leads passed on, conflicts with the vendor's sellers, disputes."""
