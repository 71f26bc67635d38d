"""Who may do what: one table that screens, services and the database share.

A role is a set of permissions and an operator a set of roles. What is not permitted is not offered by a
screen, refused by a service (`Operator.require`), and refused by the database (table `permission`, made from
this one by the migrations; a test compares them). Graded review: Handling Regulations 2023, art. 37.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """Clerks serve, supervisors approve, administrators look after operators, auditors only read."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What an operator can be allowed to do."""

    SERVE = "serve"
    """Identify a citizen, activate, bind, print statements, withdraw authorisations."""
    FILE = "file"
    """Report a loss; file an application for what a supervisor approves; hand a replacement over."""
    DECIDE = "decide"
    """See the queue, take a case, approve or reject it."""
    WORK_SHIFT = "work_shift"
    """Open and close a shift, sign off its day report."""
    HALL_REPORT = "hall_report"
    """See the day report of the whole hall."""
    OPERATORS = "operators"
    """Create, change and disable operators."""
    READ_AUDIT = "read_audit"
    """Search, verify and export the audit trail."""
    PURGE_AUDIT = "purge_audit"
    """Remove from it, and from the archive of documents, what the policy no longer keeps; on PostgreSQL a
    matter of the owner alone."""
    VERIFY = "verify"
    """Check a verification code from paper."""
    IMPORT = "import"
    """Bring contributions in from a file."""
    BATCH = "batch"
    """Issue the annual statements of many people at once."""


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CLERK: frozenset(
        {Permission.SERVE, Permission.FILE, Permission.WORK_SHIFT, Permission.VERIFY}
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.DECIDE,
            Permission.WORK_SHIFT,
            Permission.HALL_REPORT,
            Permission.VERIFY,
            Permission.BATCH,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {Permission.OPERATORS, Permission.IMPORT, Permission.PURGE_AUDIT}
    ),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT, Permission.VERIFY}),
}


def permitted(roles: Iterable[Role]) -> frozenset[Permission]:
    """What somebody with these roles may do."""
    return frozenset().union(*(GRANTS[role] for role in roles))
