#!/bin/sh
# Makes /runtime: Debian's Python and the libraries it loads, unpacked side by side; no shell, no
# package manager, nothing that ran an installer. Usage: system.sh [package of Debian ...]
set -eu

# What Python needs, by hand: the dependencies that Debian names would bring a shell and Perl.
# packages.sh finds what is missing here.
packages="base-files ca-certificates libbz2-1.0 libc6 libcrypt1 libexpat1 libffi8 libgcc-s1 liblzma5
    libpython3.11-minimal libpython3.11-stdlib libsqlite3-0 libssl3 libstdc++6 libuuid1 media-types
    netbase python3.11-minimal zlib1g $*"

export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
apt-get install --quiet=2 --yes --no-install-recommends binutils python3.11-venv >/dev/null

mkdir -p /debs /runtime/var/lib/dpkg/status.d
for folder in bin lib lib64 sbin; do
    mkdir -p "/runtime/usr/$folder"
    ln -s "usr/$folder" "/runtime/$folder"
done

cd /debs
# shellcheck disable=SC2086 # words
apt-get download --quiet=2 --option APT::Sandbox::User=root $packages
for deb in *.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar --extract --keep-directory-symlink --directory /runtime
    # Where scanners of images look for packages that dpkg did not install.
    dpkg-deb --field "$deb" >"/runtime/var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)"
done
sha256sum -- *.deb >SHA256SUMS

cd /runtime
cat usr/share/ca-certificates/mozilla/*.crt >etc/ssl/certs/ca-certificates.crt
mkdir -p usr/lib/ssl
ln -s /etc/ssl/certs/ca-certificates.crt usr/lib/ssl/cert.pem
echo 'hosts: files dns' >etc/nsswitch.conf
printf '%s\n' root:x:0:0:root:/root:/sbin/nologin \
    nonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin >etc/passwd
printf '%s\n' root:x:0: nonroot:x:65532: >etc/group
install --directory --owner 65532 --group 65532 var/lib/instant-og

# Documentation but for licences, languages of messages, and what of Python needs a library more.
find usr/share/doc ! -type d ! -name copyright -delete
find usr/share -depth -type d -empty -delete
rm -rf usr/share/bug usr/share/ca-certificates usr/share/info usr/share/lintian usr/share/locale \
    usr/share/man usr/lib/*/gconv etc/profile.d etc/update-motd.d usr/sbin/update-ca-certificates
cd usr/lib/python3.11
rm -rf ensurepip idlelib lib2to3 pydoc_data turtledemo \
    lib-dynload/_curses*.so lib-dynload/_dbm*.so lib-dynload/nis*.so \
    lib-dynload/ossaudiodev*.so lib-dynload/readline*.so
python3.11 -m compileall -q --invalidation-mode unchecked-hash -s /runtime -p / .
