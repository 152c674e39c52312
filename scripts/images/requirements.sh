#!/bin/sh
# Installs requirements/SERVICE.txt into /opt/og, by hash and from wheels alone, and the tools that
# build our own packages into /build. Usage: requirements.sh SERVICE
set -eu

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_QUIET=1 PIP_ROOT_USER_ACTION=ignore
hashed="--require-hashes --no-deps --only-binary=:all: --no-compile"

python3.11 -m venv /build
# shellcheck disable=SC2086 # words
/build/bin/python -m pip install $hashed --requirement /requirements/image.txt
python3.11 -m venv --without-pip /opt/og
# shellcheck disable=SC2086 # words
/build/bin/python -m pip --python /opt/og/bin/python install $hashed \
    --report /build/report.json --requirement "/requirements/$1.txt"
