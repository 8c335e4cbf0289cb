"""Runs the exported programs as they are, one after the other, and says how each ended, as JSON.

  python login.py <program>...
"""

import json
import logging
import runpy
import sys

from simple_salesforce.exceptions import SalesforceAuthenticationFailed

logging.disable(logging.CRITICAL)
results = {}
for path in sys.argv[1:]:
    try:
        client = runpy.run_path(path)["sf"]
        results[path] = {"instance": client.sf_instance, "session": bool(client.session_id)}
    except SalesforceAuthenticationFailed as error:
        results[path] = {"refused": str(error.code)}
    except Exception as error:
        results[path] = {"failed": repr(error)}
json.dump(results, sys.stdout)
