#!/bin/sh
# Installs system tools: as root on Debian and Ubuntu by apt-get, otherwise says the command that does.
#
#   scripts/install-tools.sh [--no-services] COMMAND=PACKAGE …
#
# COMMAND is what must be found (a program, or an absolute path); nothing missing means nothing done.
# --no-services: packages that bring a daemon (nginx, haproxy) are installed without starting it, now or at boot.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

services=start
if [ "${1-}" = --no-services ]; then
  services=none
  shift
fi

has() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing_commands='' missing_packages=''
for pair in "$@"; do
  command=${pair%%=*} package=${pair#*=}
  if ! has "$command"; then
    missing_commands="$missing_commands $command"
    case " $missing_packages " in
      *" $package "*) ;;
      *) missing_packages="$missing_packages $package" ;;
    esac
  fi
done
[ -n "$missing_packages" ] || exit 0

sudo=''
[ "$(id -u)" = 0 ] || sudo='sudo '
if [ -n "$sudo" ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "underpass: not found on this machine:$missing_commands" >&2
  if command -v apt-get >/dev/null 2>&1; then
    echo "Run: ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends$missing_packages" >&2
  else
    echo "Install the packages that bring them (on Debian:$missing_packages) and run this again." >&2
  fi
  exit 1
fi

echo "Installing system packages:$missing_packages …" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
policy_is_ours=no

# Debian's hook that decides whether a package may start its service (invoke-rc.d and deb-systemd-invoke ask it).
# One that is there already is put back as it was.
forbid_services() {
  if [ -e "$policy" ] || [ -h "$policy" ]; then mv "$policy" "$policy.underpass-saved"; fi
  policy_is_ours=yes
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}
restore() {
  rm -f "$log"
  if [ "$policy_is_ours" = yes ]; then
    rm -f "$policy"
    if [ -e "$policy.underpass-saved" ] || [ -h "$policy.underpass-saved" ]; then mv "$policy.underpass-saved" "$policy"; fi
    policy_is_ours=no
  fi
}
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

apt() {
  if ! apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "underpass: apt-get $* failed." >&2
    exit 1
  fi
}

installed_packages() { dpkg-query -W -f '${Package}\n' | sort; }

apt update
if [ "$services" = none ]; then
  before=$(installed_packages)
  forbid_services
fi
# shellcheck disable=SC2086 # a list of package names
apt install -y --no-install-recommends $missing_packages
if [ "$services" = none ]; then
  # Only packages that were not here before this run, so nothing that the operator enabled is switched off.
  for package in $(installed_packages | grep -vxF "$before"); do
    for unit in $(dpkg -L "$package" 2>/dev/null | sed -n 's|^.*/systemd/system/\([^/@]*\.service\)$|\1|p'); do
      systemctl --quiet disable "$unit" >/dev/null 2>&1 || true
    done
  done
fi

for pair in "$@"; do
  if ! has "${pair%%=*}"; then
    echo "underpass: package ${pair#*=} is installed, but it did not bring ${pair%%=*}." >&2
    exit 1
  fi
done
