"""The texts that search reads, for every message there is."""

from django.db import migrations, models

AT_ONCE = 1_000


def fill(apps, schema_editor):
    from chat.models.search_index import install, lend_functions, put

    connection = schema_editor.connection
    lend_functions(connection)
    install(connection)
    messages = apps.get_model("chat", "Message").objects.order_by("created_at", "seq")
    some = []
    for one in messages.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE):
        some.append(one)
        if len(some) == AT_ONCE:
            put(connection, some)
            some.clear()
    put(connection, some)


def empty(apps, schema_editor):
    from chat.models.search_index import remove

    remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_pins_and_saved")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.BigIntegerField(unique=True)),
                ("room_id", models.BigIntegerField()),
                ("author_id", models.BigIntegerField()),
                ("folded", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["room_id", "id"], name="search_of_room")]},
        ),
        migrations.RunPython(fill, empty),
    ]
