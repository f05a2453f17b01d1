"""The schemes under which messages and their pictures are served to the engine, and to nobody else."""

from app.mail.sanitise import PICTURES

SCHEME = b"tandem-mail"
PICTURE_SCHEME = PICTURES.encode()
