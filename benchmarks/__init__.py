"""How fast the service is, as ratios in one run: against bare ASGI with the same SQL, and against the usual way."""
