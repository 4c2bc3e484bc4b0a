"""Sockets to listen on."""

import socket

BACKLOG = 2048


class PortTaken(RuntimeError):  # noqa: N818 - named for what happened, like every refusal
    """The address to listen on is in use or not ours to use."""


def listen(host: str, port: int, variable: str = "ECOSYSTEM_PORT") -> socket.socket:
    """A listening socket. Errors: `PortTaken`, which names the variable to set."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Port {port} on {host} cannot be used ({error.strerror}). Stop what listens there, "
            f"or choose another port with {variable}, for example {port + 1 if port < 65535 else 8000}."
        ) from error
    return listener
