"""Files are found by their names; on PostgreSQL places within a millisecond are counted by a sequence."""

from django.db import migrations

AT_ONCE = 1_000


def enter(apps, schema_editor):
    from chat.models.search_index import install, lend_functions, put

    connection = schema_editor.connection
    lend_functions(connection)
    if connection.vendor == "postgresql":
        install(connection)
    messages = list(
        apps.get_model("chat", "Message").objects.filter(file_count__gt=0).values_list("pk", flat=True)
    )
    for start in range(0, len(messages), AT_ONCE):
        put(connection, messages[start : start + AT_ONCE])


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_uploads")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
