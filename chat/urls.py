"""Every HTTP door of the chat, on one page."""

from django.urls import include, path, register_converter

from chat.converters import IdConverter
from chat.installation import views as installation
from chat.messages import views as messages
from chat.messages.keeping import views as keeping
from chat.messages.linking import views as linking
from chat.people import views as people
from chat.previews import views as previews
from chat.rooms import views as rooms
from chat.rooms.panel import views as panel
from chat.search import views as search
from chat.uploads import views as uploads
from chat.uploads.emoji import views as own_emoji
from chat.uploads.pictures import views as pictures

register_converter(IdConverter, "id")

app_name = "chat"
urlpatterns = [
    path("", rooms.home, name="home"),
    path("rooms/", rooms.directory, name="directory"),
    path("rooms/new/", rooms.new, name="room_new"),
    path("direct/", rooms.direct, name="direct_new"),
    path("saved/", keeping.saved, name="saved"),
    path("sidebar/", rooms.sidebar_fragment, name="sidebar"),
    path("search/", search.search, name="search"),
    path("people/", people.search, name="people"),
    path("manifest.webmanifest", installation.manifest, name="manifest"),
    path("service-worker.js", installation.service_worker, name="service_worker"),
    path("emoji/", own_emoji.listing, name="emoji_list"),
    path("emoji/<str:emoji_name>/", own_emoji.named, name="emoji_named"),
    path("emoji/<slug:language>.json", installation.emoji, name="emoji"),
    path("offline/", installation.offline, name="offline"),
    path("i18n/<slug:language>.json", people.catalog, name="catalog"),
    path("rooms/<id:room_id>/", rooms.room, name="room"),
    path("rooms/<id:room_id>/panel/", panel.members, name="panel"),
    path("rooms/<id:room_id>/pins/", panel.pins, name="pins"),
    path("rooms/<id:room_id>/files/", panel.files, name="files"),
    path("rooms/<id:room_id>/day/", panel.day, name="day"),
    path("rooms/<id:room_id>/settings/", rooms.settings_page, name="room_settings"),
    path("rooms/<id:room_id>/archive/", rooms.archive, name="room_archive"),
    path("rooms/<id:room_id>/join/", rooms.join, name="join"),
    path("rooms/<id:room_id>/leave/", rooms.leave, name="leave"),
    path("rooms/<id:room_id>/pin/", rooms.pin, name="pin"),
    path("rooms/<id:room_id>/level/", rooms.level, name="level"),
    path("rooms/<id:room_id>/members/", rooms.member_add, name="member_add"),
    path("rooms/<id:room_id>/members/<id:user_id>/remove/", rooms.member_remove, name="member_remove"),
    path("rooms/<id:room_id>/messages/", messages.post, name="post"),
    path("rooms/<id:room_id>/messages/<id:message_id>/", rooms.permalink, name="permalink"),
    path("rooms/<id:room_id>/messages/<id:message_id>/source/", messages.source, name="source"),
    path("rooms/<id:room_id>/messages/<id:message_id>/pin/", keeping.pin, name="message_pin"),
    path("rooms/<id:room_id>/messages/<id:message_id>/save/", keeping.save, name="message_save"),
    path(
        "rooms/<id:room_id>/messages/<id:message_id>/preview/remove/", linking.remove, name="preview_remove"
    ),
    path("rooms/<id:room_id>/history/", messages.history, name="history"),
    path("rooms/<id:room_id>/quotes/", messages.quotes, name="quotes"),
    path("uploads/", uploads.begin, name="upload_begin"),
    path("uploads/<id:upload_id>/", uploads.upload, name="upload"),
    path("files/<id:upload_id>/preview/", uploads.preview, name="file_preview"),
    path("files/<id:upload_id>/thumb/", uploads.thumb, name="file_thumb"),
    path("files/<id:upload_id>/<str:name>", uploads.file, name="file"),
    path("previews/<id:preview_id>/", previews.picture, name="preview_picture"),
    path("pictures/<slug:picture_key>/", pictures.picture, name="picture"),
    path("settings/emoji/", own_emoji.page, name="own_emoji"),
    path("settings/emoji/<str:emoji_name>/remove/", own_emoji.remove, name="own_emoji_remove"),
    path("settings/picture/", pictures.own, name="own_picture"),
    path("", include("chat.moderation.urls")),
]
