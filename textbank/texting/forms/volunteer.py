"""What volunteers send us."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.db.models import QuerySet

from textbank.contacts.models import Tag
from textbank.texting.models import Conversation, Script, Skip
from textbank.texting.reporting import report_tags, tags_on

LONGEST_TEXT = 1600  # carriers take no more


class SkipForm(forms.Form):
    """Why a contact was passed over. Without a reason it is "something else"."""

    reason = forms.ChoiceField(choices=Skip.Reason, required=False)

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"] or Skip.Reason.OTHER


class SeenForm(forms.Form):
    """What was on the page: `seen` is the newest text in it, so that nothing is settled that nobody has read."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    @classmethod
    def of(cls, data: Mapping[str, str]) -> int | None:
        """The newest text shown; None when the page does not say, and then it was all there is."""
        form = cls(data)
        return form.cleaned_data["seen"] if form.is_valid() else 0


class ReplyForm(SeenForm):
    """A reply. `token` is new for every composer, so that a text sent twice by accident is one text."""

    text = forms.CharField(
        max_length=LONGEST_TEXT,
        error_messages={
            "required": "Write a text first.",
            "max_length": f"A text has at most {LONGEST_TEXT:,} characters. Please shorten this one.",
        },
    )
    token = forms.UUIDField()
    script = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class ReportForm(forms.Form):
    """What the volunteer learnt: the tags that stand on this contact."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label="What did you learn?"
    )

    def __init__(self, conversation: Conversation, data: object = None) -> None:
        tags = report_tags(conversation.action, conversation)
        self.asked = list(tags)
        super().__init__(data, initial={"tags": tags_on(conversation)})  # type: ignore[arg-type]
        field = self.fields["tags"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = tags
        field.choices = [(tag.id, tag.name) for tag in self.asked]

    def answers(self) -> dict[Tag, bool]:
        """Each tag that was asked for, and whether it stands."""
        chosen = set(self.cleaned_data["tags"])
        return {tag: tag in chosen for tag in self.asked}


def response_scripts(conversation: Conversation) -> QuerySet[Script]:
    """The answers that the campaign offers in this conversation."""
    return Script.objects.filter(
        campaign=conversation.campaign_id,
        action=conversation.action_id,
        kind=Script.Kind.RESPONSE,
        removed_at=None,
    )
