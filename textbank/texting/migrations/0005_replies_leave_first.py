from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('texting', '0004_fewer_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='script',
            name='resumed_at',
            field=models.DateTimeField(help_text='What carriers say of texts that left before does not pause it again', null=True),
        ),
        migrations.AlterField(
            model_name='message',
            name='status',
            field=models.CharField(choices=[('queued', 'Waiting to go'), ('sending', 'Going'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('undelivered', 'Not delivered'), ('failed', 'Failed'), ('unknown', 'Waiting to hear from the carrier'), ('unheard', 'Never heard from the carrier'), ('undone', 'Taken back'), ('safeguarded', 'Held back'), ('received', 'Received')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('status', 'queued'), models.Q(('kind', 'initial'), _negated=True)), fields=['campaign', 'due_at', 'id'], name='message_replies'),
        ),
    ]
