from django.apps import AppConfig


class TextingConfig(AppConfig):
    name = "textbank.texting"
    label = "texting"
    default_auto_field = "django.db.models.BigAutoField"
