"""How many files and connections the process may have open. Opens none."""

import contextlib
import resource

WANTED = 4096
"""More than all connections, the store, backups and models take together; macOS allows 10240, and begins with 256."""


def raise_limit() -> int:
    """Raises the process's own limit as far as that is wanted and allowed; the limit that holds then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return WANTED if soft == resource.RLIM_INFINITY else soft
    with contextlib.suppress(ValueError, OSError):  # some systems allow less than they say
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft
