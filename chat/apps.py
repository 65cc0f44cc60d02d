from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate, pre_migrate

        from accounts import signals
        from chat import border
        from chat.access.screening import rule_broken
        from chat.models.search_index import after_migrations, before_migrations, lend_functions

        connection_created.connect(lend_functions, dispatch_uid="chat.lend_functions")
        pre_migrate.connect(before_migrations, sender=self, dispatch_uid="chat.before_migrations")
        post_migrate.connect(after_migrations, sender=self, dispatch_uid="chat.after_migrations")
        signals.account_joined.connect(border.greet, dispatch_uid="chat.greet")
        signals.access_ended.connect(border.close_sockets, dispatch_uid="chat.close_sockets")
        rule_broken.connect(border.follow_rule, dispatch_uid="chat.follow_rule")
        signals.administered.connect(border.note, dispatch_uid="chat.note")
        signals.account_changed.connect(border.tell_change, dispatch_uid="chat.tell_change")
        signals.preferences_changed.connect(border.tell_preferences, dispatch_uid="chat.tell_preferences")
