"""Who may do what to whom on the instance: pure decisions on loaded people."""

from accounts.models import User

RANKS = {
    User.Role.GUEST: 0,
    User.Role.MEMBER: 1,
    User.Role.MODERATOR: 2,
    User.Role.ADMINISTRATOR: 3,
    User.Role.OWNER: 4,
}


def rank(role: str) -> int:
    """The role's height; a higher one may act on a lower one."""
    return RANKS[User.Role(role)]


def may_invite(person: User) -> bool:
    return person.is_at_liberty and rank(person.role) >= rank(User.Role.MODERATOR)


def may_administer(person: User) -> bool:
    """Whether the person keeps the instance: its name, its sign-up, its people."""
    return person.is_active and not person.is_suspended and person.is_administrator


def may_manage(actor: User, person: User) -> bool:
    """Whether the actor may change the person's standing: those below, and owners also one another."""
    if actor.pk == person.pk or not may_administer(actor):
        return False
    return actor.role == User.Role.OWNER or rank(actor.role) > rank(person.role)


def grantable_roles(actor: User, person: User) -> list[User.Role]:
    """The roles the actor may give to the person: all for an owner, else those below the actor's own."""
    if not may_manage(actor, person):
        return []
    if actor.role == User.Role.OWNER:
        return list(User.Role)
    return [role for role in User.Role if rank(role) < rank(actor.role)]
