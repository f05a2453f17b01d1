"""`python -m app.demo`: the demo's servers, started by `provider.start`."""

import sys

from app.demo.serving import serve

sys.exit(serve(sys.argv[1:]))
