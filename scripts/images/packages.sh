#!/bin/sh
# Installs our own packages, which lie in /workspace, into /opt/og, takes out what no service runs,
# compiles the rest, and looks whether it works in the very files of the image.
# Usage: packages.sh SERVICE VERSION
set -eu

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1 PIP_ROOT_USER_ACTION=ignore
offline="--no-deps --no-index"

# shellcheck disable=SC2086 # words
/build/bin/python -m pip wheel $offline --no-build-isolation --wheel-dir /wheels /workspace/*/*/
# shellcheck disable=SC2086 # words
/build/bin/python -m pip --python /opt/og/bin/python install $offline --no-compile /wheels/*.whl

cd /opt/og
find bin ! -type d ! -name 'python*' -delete
find lib -type d \( -name tests -o -name include \) -prune -exec rm -r {} +
find lib -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.[ch]' \) -delete
# Libraries that came with others are left alone: strip breaks those that patchelf moved.
find lib -name '*.so' ! -path '*.libs/*' -exec strip --strip-debug {} +
bin/python -m compileall -q --invalidation-mode unchecked-hash lib

cd /
mkdir -p /runtime/opt
cp --archive /opt/og /runtime/opt/og
find /runtime -name '*.so*' -type f -printf '/%P\n' | while read -r library; do
    chroot /runtime /lib64/ld-linux-x86-64.so.2 --list "$library" | grep 'not found' |
        sed "s|^|$library: |"
done >/missing
test ! -s /missing || { cat /missing >&2; exit 1; }
chroot --userspec=65532:65532 /runtime /opt/og/bin/python -P - "og_$1" <scripts/images/import_all.py

/build/bin/python -m scripts.images.sbom "$1" "$2" >/sbom.cdx.json
