"""Who is asking: vendors, their members, and machine credentials."""
