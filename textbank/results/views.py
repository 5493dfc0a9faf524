from textbank.campaigns.access import for_admins
from django.http import HttpResponse


@for_admins
def results(request, action_id):
    return HttpResponse("x")
