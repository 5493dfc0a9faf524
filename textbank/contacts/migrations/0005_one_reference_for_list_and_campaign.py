import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One reference in the place of two, which also keeps what neither did: an entry is of its list's campaign."""

    dependencies = [
        ("campaigns", "0003_registration"),
        ("contacts", "0004_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactlistentry",
            name="campaign",
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaigns.campaign"),
        ),
        migrations.AlterField(
            model_name="contactlistentry",
            name="contact_list",
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="contacts.contactlist"),
        ),
        migrations.AddConstraint(
            model_name="contactlist",
            constraint=models.UniqueConstraint(fields=("id", "campaign"), name="one_campaign_per_contact_list"),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE contacts_contactlistentry ADD CONSTRAINT entry_is_of_its_lists_campaign
                FOREIGN KEY (contact_list_id, campaign_id) REFERENCES contacts_contactlist (id, campaign_id)
                DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE contacts_contactlistentry DROP CONSTRAINT entry_is_of_its_lists_campaign",
        ),
    ]
