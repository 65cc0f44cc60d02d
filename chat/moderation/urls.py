"""The doors of moderation; chat.urls takes them in under its own name."""

from django.urls import path

from chat.moderation import views
from chat.moderation.automod import views as automod
from chat.moderation.cleanups import views as cleanups
from chat.moderation.controls import views as controls
from chat.moderation.log import views as log
from chat.moderation.peace import views as peace
from chat.moderation.reports import views as reports
from chat.moderation.sanctions import views as sanctions

urlpatterns = [
    path("moderation/", reports.queue, name="moderation"),
    path("moderation/cases/<id:case_id>/", reports.case, name="case"),
    path("moderation/cases/<id:case_id>/take/", reports.take, name="case_take"),
    path("moderation/cases/<id:case_id>/hide/", reports.hide, name="case_hide"),
    path("moderation/cases/<id:case_id>/decide/", reports.decide, name="case_decide"),
    path("moderation/people/", views.people, name="moderated_people"),
    path("moderation/people/<id:person_id>/", views.dossier, name="dossier"),
    path("moderation/people/<id:person_id>/note/", views.note, name="dossier_note"),
    path("moderation/people/<id:person_id>/picture/", views.picture, name="dossier_picture"),
    path("moderation/people/<id:person_id>/sanction/", sanctions.impose, name="sanction"),
    path("moderation/people/<id:person_id>/clean-up/", cleanups.clean_up, name="clean_up"),
    path("moderation/clean-ups/<id:clean_up_id>/undo/", cleanups.undo, name="clean_up_undo"),
    path("moderation/removed/<id:removed_id>/restore/", cleanups.restore, name="restore"),
    path("moderation/sanctions/", sanctions.listing, name="sanctions"),
    path("moderation/sanctions/<id:sanction_id>/lift/", sanctions.lift, name="sanction_lift"),
    path("moderation/rules/", automod.rules, name="rules"),
    path("moderation/rules/<id:rule_id>/switch/", automod.switch, name="rule_switch"),
    path("moderation/rules/<id:rule_id>/delete/", automod.delete, name="rule_delete"),
    path("moderation/house-rules/", automod.house, name="house_rules"),
    path("moderation/addresses/", views.address_page, name="addresses"),
    path("moderation/addresses/<id:ban_id>/lift/", views.address_lift, name="address_lift"),
    path("moderation/log/", log.log, name="audit_log"),
    path("moderation/log/export/", log.export, name="audit_export"),
    path("settings/peace/", peace.peace, name="peace"),
    path("told/", sanctions.told, name="told"),
    path("standing/", sanctions.standing, name="standing"),
    path("people/<id:user_id>/", views.person, name="person"),
    path("people/<id:user_id>/hide/", peace.hide, name="person_hide"),
    path("people/<id:user_id>/show/", peace.show, name="person_show"),
    path("people/<id:user_id>/report/", reports.report_person, name="person_report"),
    path("rooms/<id:room_id>/controls/", controls.controls, name="room_controls"),
    path("rooms/<id:room_id>/members/<id:user_id>/role/", controls.role, name="member_role"),
    path("rooms/<id:room_id>/members/<id:user_id>/sanction/", sanctions.in_room, name="member_sanction"),
    path("rooms/<id:room_id>/messages/<id:message_id>/report/", reports.report_message, name="report"),
]
