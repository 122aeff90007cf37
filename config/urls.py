"""Where everything is."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.api import errors
from config.api.views.documentation import redirect_to_docs, security_txt
from config.desk.access.throttling import too_many
from config.desk.pages.urls import redirect_to_icon

urlpatterns = [
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("accounts/", include("config.desk.access.urls")),
    path("", redirect_to_docs),
    # What browsers ask for beside pages that name no icon, such as answers of the API.
    path("favicon.ico", redirect_to_icon),
    path(".well-known/security.txt", security_txt),
    path("", include("config.api_urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler429 = too_many
handler500 = errors.server_error
