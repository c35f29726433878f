"""Whether a host stands on this machine or a private network: homes are sent nowhere else unasked."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Loopback, private use (RFC 1918, RFC 4193) and link-local (RFC 3927, RFC 4291): no router on the public
# network passes these on. ``is_private`` of the standard library holds more: documentation, benchmarking and
# mapped addresses, none of which says that a machine is one's own.
_OWN = tuple(
    map(
        ip_network,
        (
            "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
            "::1/128", "fc00::/7", "fe80::/10",
        ),
    )
)  # fmt: skip


def outside_addresses(host: str) -> tuple[str, ...]:
    """Addresses of a host that are not on this machine or a private network, in order; none is well.

    Every address that the name has must be one's own: the connection may go to any of them.

    Raises
    ------
    OSError
        Where the name cannot be resolved.
    """
    found = {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return tuple(sorted(each for each in found if not _is_own(each)))


def _is_own(address: str) -> bool:
    """``::ffff:10.0.0.1`` is ``10.0.0.1``; a zone after ``%`` says only by which card."""
    parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed.version == each.version and parsed in each for each in _OWN)
