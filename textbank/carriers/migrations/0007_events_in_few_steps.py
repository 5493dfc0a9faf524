import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_registration'),
        ('carriers', '0006_tmobile_day'),
    ]

    operations = [
        migrations.AlterField(
            model_name='carrierevent',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='carriers.carrieraccount'),
        ),
        migrations.AlterField(
            model_name='carrierevent',
            name='campaign',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='carrier_events', to='campaigns.campaign'),
        ),
    ]
