from django.db import migrations


class Migration(migrations.Migration):
    """What Django's models cannot say: a table that needs no log, and searches by the beginning of a name."""

    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE contacts_importrow SET UNLOGGED",
            "ALTER TABLE contacts_importrow SET LOGGED",
        ),
        migrations.RunSQL(
            """
            CREATE INDEX contact_first_name_search
                ON contacts_contact (campaign_id, upper(first_name) text_pattern_ops);
            CREATE INDEX contact_last_name_search
                ON contacts_contact (campaign_id, upper(last_name) text_pattern_ops);
            """,
            "DROP INDEX contact_first_name_search; DROP INDEX contact_last_name_search;",
        ),
    ]
