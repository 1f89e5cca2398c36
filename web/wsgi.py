"""What gunicorn loads: `gunicorn web.wsgi:app`."""

from grader import log
from grader.settings import Secrets, Settings
from web.app import create_app

log.configure()
_settings = Settings.from_env()
app = create_app(_settings, Secrets.load(_settings))
