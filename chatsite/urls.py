"""Every HTTP door of the site."""

from django.contrib import admin
from django.urls import include, path

from chatsite.health import ready, up

handler500 = "chatsite.failures.server_error"
urlpatterns = [
    path("up", up, name="up"),
    path("ready", ready, name="ready"),
    path("accounts/", include("accounts.entrance_urls")),
    path("", include("accounts.urls")),
    path("", include("chat.urls")),
    path("admin/", admin.site.urls),
]
