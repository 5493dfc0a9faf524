from django.db import migrations, models


class Migration(migrations.Migration):
    """Writes the table of messages anew, once."""

    dependencies = [
        ('texting', '0005_replies_leave_first'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='one_initial_per_assignment',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_outbox',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_in_flight',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_results',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_first_texts',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_replies',
        ),
        # Room on each page for the next version of some of its rows, also in what the next step writes anew.
        migrations.RunSQL(
            'ALTER TABLE texting_message SET (fillfactor = 85)',
            'ALTER TABLE texting_message RESET (fillfactor)',
        ),
        migrations.AddField(
            model_name='message',
            name='stage',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(status='delivered', then=models.Value('sent')), default=models.F('status')), output_field=models.CharField(max_length=12)),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('stage', 'queued')), fields=['campaign', 'due_at', 'id'], name='message_outbox'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('stage', 'queued'), models.Q(('kind', 'initial'), _negated=True)), fields=['campaign', 'due_at', 'id'], name='message_replies'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('stage__in', ['sending', 'unknown'])), fields=['sending_at'], name='message_in_flight'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['action', 'kind', 'stage'], name='message_results'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('kind', 'initial'), models.Q(('stage__in', ['undone', 'safeguarded']), _negated=True)), fields=['sender', 'action'], name='message_first_texts'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'initial'), models.Q(('stage', 'undone'), _negated=True)), fields=('assignment',), name='one_initial_per_assignment'),
        ),
    ]
