import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import chat.models.pictures


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0009_link_previews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigIntegerField(default=accounts.models.random_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default=chat.models.pictures.fresh_key, editable=False, max_length=64, unique=True)),
                ('form', models.CharField(choices=[('face', 'Face'), ('emoji', 'Emoji')], max_length=5)),
                ('state', models.CharField(choices=[('new', 'New'), ('used', 'Used'), ('gone', 'Gone')], default='new', max_length=4)),
                ('size', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'used'), _negated=True), fields=['created_at'], name='pictures_on_their_way')],
            },
        ),
    ]
