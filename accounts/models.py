"""The instance, its people, and the invitations that bring more of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Browsers keep integers exactly up to 2**53; random so that nobody reads volume from an id.
ID_BITS = 53
HUES = (15, 45, 70, 95, 125, 155, 180, 210, 240, 270, 300, 335)
INVITATION_DAYS = 7
INVITATION_USES = 25
# What has no end ends here: so every end is a time that queries and pages can compare.
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
STATUS_LENGTH = 80


def random_id() -> int:
    """A positive id below 2**53."""
    return secrets.randbits(ID_BITS) or 1


def lasts(until: datetime | None) -> bool:
    """Whether something that ends at this time holds now; None never began."""
    return until is not None and until > timezone.now()


def random_epoch() -> uuid.UUID:
    return uuid.uuid4()


class Instance(models.Model):
    """The one row that says what this place is; its uniqueness settles the race of two first runs."""

    class SignupMode(models.TextChoices):
        OPEN = "open", _("Anyone may sign up")
        INVITATION = "invitation", _("By invitation")
        CLOSED = "closed", _("Nobody may sign up")

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    signup_mode = models.CharField(
        _("sign-up"), max_length=12, choices=SignupMode, default=SignupMode.INVITATION
    )
    link_previews = models.BooleanField(_("link previews"), default=False)
    epoch = models.UUIDField(default=random_epoch, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("instance")
        verbose_name_plural = _("instance")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(singleton=True), name="instance_is_single"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Instance | None:
        """The instance, or None before the first run."""
        return cls.objects.first()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(handle=(username or "").lower())

    def active(self) -> models.QuerySet[User]:
        """Those who may be addressed: neither closed nor, at this moment, banned or suspended."""
        now = timezone.now()
        barred = Q(banned_until__gt=now) | Q(suspended_until__gt=now)
        return self.filter(state=User.State.ACTIVE).exclude(barred)


class User(AbstractBaseUser):
    """A person, a bot or the system itself. Rows are never deleted: messages keep their author."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("person")
        BOT = "bot", _("bot")
        SYSTEM = "system", _("system")

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        ADMINISTRATOR = "administrator", _("administrator")
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")
        GUEST = "guest", _("guest")

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        CLOSED = "closed", _("deactivated")

    class DirectFrom(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        SHARED = "shared", _("People I share a room with")
        NOBODY = "nobody", _("Nobody")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    handle = models.CharField(
        _("user name"),
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9][a-z0-9._-]{1,31}\Z", _("Use 2 to 32 of: a-z, 0-9, dot, dash, underscore.")
            )
        ],
    )
    handle_skeleton = models.CharField(max_length=64, unique=True, editable=False)
    display_name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.HUMAN)
    role = models.CharField(_("role"), max_length=14, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=12, choices=Density, default=Density.COMFORTABLE)
    preferences = models.JSONField(default=dict, blank=True, editable=False)
    status_text = models.CharField(_("status"), max_length=STATUS_LENGTH, blank=True, default="")
    status_until = models.DateTimeField(null=True, blank=True, editable=False)
    # The key of a picture that chat.uploads keeps; "" for initials.
    picture = models.CharField(max_length=64, blank=True, default="", editable=False)
    # Written by chat.moderation only; each is over by itself when its time has come.
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True, editable=False)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True, editable=False)
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True, editable=False)
    direct_from = models.CharField(
        _("who may open a conversation with you"),
        max_length=8,
        choices=DirectFrom,
        default=DirectFrom.EVERYONE,
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # a fact of the state, not a column of its own
        return self.state != self.State.CLOSED and not self.is_banned

    @property
    def is_muted(self) -> bool:
        return lasts(self.muted_until)

    @property
    def is_suspended(self) -> bool:
        return lasts(self.suspended_until)

    @property
    def is_banned(self) -> bool:
        return lasts(self.banned_until)

    @property
    def is_at_liberty(self) -> bool:
        """Whether nothing is closed to this account."""
        return self.is_active and not self.is_suspended and not self.is_muted

    @property
    def is_administrator(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.ADMINISTRATOR)

    @property
    def is_staff(self) -> bool:
        return self.is_administrator and self.is_active

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_superuser

    def has_perms(self, perm_list: Any, obj: object = None) -> bool:
        return self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_superuser

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def status(self) -> str:
        """What the person says of themselves, "" once its time is over."""
        over = self.status_until is not None and self.status_until <= timezone.now()
        return "" if over else self.status_text

    @property
    def shown_picture(self) -> str:
        """The key of the picture, "" for none: who is banned or deactivated is shown by initials."""
        return self.picture if self.picture and self.is_active else ""

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        return initials_of(self.display_name)

    @property
    def hue(self) -> int:
        """The avatar's hue: one of twelve, stable for the account."""
        return HUES[self.pk % len(HUES)]


def initials_of(name: str) -> str:
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return name[:1].upper() or "?"
    if _is_ideograph(words[0][0]):
        return words[0][0]
    return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()


def _is_ideograph(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def live(self) -> Self:
        """Those that still bring somebody in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), uses__lt=F("max_uses"))


def in_a_week() -> Any:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A link that lets people in. Its link is made of the id and the secret key: a stolen database opens nothing."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("good until"), default=in_a_week)
    max_uses = models.PositiveIntegerField(_("people"), default=INVITATION_USES)
    uses = models.PositiveIntegerField(_("used"), default=0)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.created_by} {self.created_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """14 + 22 characters of hexadecimal and a dash: the id and 88 bits of its keyed hash."""
        return f"{self.pk:x}-{self._proof(settings.SECRET_KEY)}"

    def _proof(self, key: str) -> str:
        return hmac.new(key.encode(), f"invitation:{self.pk}".encode(), hashlib.sha256).hexdigest()[:22]

    @classmethod
    def from_token(cls, token: str) -> Invitation | None:
        """The invitation that a link names, live or not; None for a link that this instance never made."""
        number, _dash, proof = token.partition("-")
        if not (0 < len(number) <= 14 and number.isascii() and number.isalnum()):
            return None
        try:
            invitation = cls.objects.select_related("created_by").filter(pk=int(number, 16)).first()
        except ValueError:
            return None
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        if invitation and any(
            hmac.compare_digest(invitation._proof(key), proof) for key in keys if proof.isascii()
        ):
            return invitation
        return None
