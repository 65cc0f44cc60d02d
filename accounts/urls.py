"""The doors of accounts under the namespace `accounts`; those that allauth names stand in entrance_urls."""

from django.urls import path

from accounts.views import choices, entrance, invitations, people, settings

app_name = "accounts"
urlpatterns = [
    path("welcome/", entrance.first_run, name="first_run"),
    path("join/<str:token>/", entrance.join, name="invitation"),
    path("settings/", settings.profile, name="settings"),
    path("settings/notifications/", choices.notifications, name="notifications"),
    path("settings/keyboard/", choices.keyboard, name="keyboard"),
    path("settings/status/", choices.status, name="status"),
    path("settings/pause/", choices.pause, name="pause"),
    path("settings/hint/", choices.hint, name="hint"),
    path("settings/devices/", settings.devices, name="devices"),
    path("settings/instance/", settings.instance, name="instance"),
    path("settings/people/", people.listing, name="people"),
    path("settings/people/<int:person_id>/role/", people.change_role, name="person_role"),
    path("settings/people/<int:person_id>/state/", people.change_state, name="person_state"),
    path("settings/people/<int:person_id>/reset-link/", people.reset_link, name="person_reset_link"),
    path("settings/invitations/", invitations.listing, name="invitations"),
    path("settings/invitations/<int:invitation_id>/revoke/", invitations.revoke, name="invitation_revoke"),
]
