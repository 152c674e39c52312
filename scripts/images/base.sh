#!/bin/sh
# Makes the image debian:bookworm-slim from Debian's own archive, for machines that reach no registry
# of images. Needs root, mmdebstrap and podman; elsewhere the Dockerfiles' FROM is simply pulled.
set -eu

name=localhost/debian:bookworm-slim
if podman image exists "$name"; then
    echo "$name is there already"
    exit
fi
archive=$(mktemp --suffix=.tar)
trap 'rm -f "$archive"' EXIT
mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    bookworm "$archive"
podman import --change 'CMD ["bash"]' "$archive" "$name"
