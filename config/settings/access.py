"""Settings of sign-in: allauth, MFA, sessions, rate limits."""

from config.settings.base import env

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
# A day's work, or until the browser is closed.
SESSION_COOKIE_AGE = 12 * 3600
ACCOUNT_SESSION_REMEMBER = False

ACCOUNT_ADAPTER = "config.desk.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {
    # All attempts from an address, and other requests that allauth counts by address; known devices are counted separately.
    "login": "300/m/ip",
    "sign_in_here": "30/m/ip",
    # Tries for one account: at one address or known device, and by all strangers together.
    "sign_in": "8/5m/key",
    "sign_in_anywhere": "60/h/key",
    # Wrong codes of the second factor.
    "login_failed": "10/m/ip,5/5m/key",
}
# Marks a device from which somebody has signed in before (config.desk.access.devices).
DEVICE_COOKIE_NAME = "device"

MFA_ADAPTER = "config.desk.access.adapters.FactorAdapter"
MFA_TOTP_ISSUER = "Chancery"
# Whether those who may publish or administer need a second factor.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
