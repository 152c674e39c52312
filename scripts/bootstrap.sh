#!/bin/sh
# Finds a Python that is new enough and lets it make the environment: scripts/bootstrap.py.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)

for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$candidate" "$root/scripts/bootstrap.py" "$@"
    fi
done

echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv" >&2
echo "(or name one: PYTHON=/path/to/python3.12 make …)" >&2
exit 1
