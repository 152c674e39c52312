"""How a child process dies with its parent, and how one that refuses root runs as root."""

from __future__ import annotations

import functools
import os
import pwd
import subprocess

PROBE_TIMEOUT_S = 10
NOBODY_ID = 65534  # in /etc/passwd of every Debian: initdb wants its user to have a name

# A user namespace changes no file's owner: outside it everything still belongs to root.
_USER_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY_ID}", f"--map-group={NOBODY_ID}")
# Containers often forbid user namespaces. Nobody then keeps one capability, so that a
# checkout below a closed home such as /root can still be read.
_NOBODY = ("setpriv", f"--reuid={NOBODY_ID}", f"--regid={NOBODY_ID}", "--clear-groups")
_READS_ALL = ("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override")
_WAYS_OUT_OF_ROOT = (_USER_NAMESPACE, (*_NOBODY, *_READS_ALL), _NOBODY)


class CannotLeaveRootError(Exception):
    """Neither unshare nor setpriv can start a program as somebody else than root."""


def dying_with_parent(signal_name: str) -> tuple[str, ...]:
    """Give the command prefix that has the kernel signal the program when its parent dies."""
    return ("setpriv", f"--pdeathsig={signal_name}")


@functools.cache
def leaving_root() -> tuple[str, ...]:
    """Give the command prefix that runs a program as a user PostgreSQL accepts.

    It accepts anybody who has a name and is not root, so the prefix is mostly empty. Raises
    CannotLeaveRootError where this machine allows none of the ways.
    """
    is_root = os.geteuid() == 0
    if not is_root and _has_name(os.geteuid()):
        return ()
    for prefix in _WAYS_OUT_OF_ROOT if is_root else (_USER_NAMESPACE,):
        if _works(prefix):
            return prefix
    raise CannotLeaveRootError(
        "PostgreSQL refuses to run as root or as a user without a name, and neither `unshare "
        "--user` nor `setpriv --reuid` works here: run as another user, or set DATABASE_URL to "
        "a server of yours"
    )


def file_owner(prefix: tuple[str, ...]) -> int:
    """Tell which user id, seen from outside, a program started with the prefix has."""
    return NOBODY_ID if prefix[:1] == ("setpriv",) else os.geteuid()


def _has_name(user_id: int) -> bool:
    try:
        pwd.getpwuid(user_id)
    except KeyError:
        return False
    return True


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        probe = subprocess.run(  # noqa: S603 - our own arguments
            [*prefix, "true"], check=False, capture_output=True, timeout=PROBE_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0
