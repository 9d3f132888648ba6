#!/bin/sh
# Installs the npm packages of package-lock.json when node_modules is not what the lock file says.
#
# The stamp is the lock file's own text, copied after npm succeeded: an interrupted install leaves no stamp, a changed
# lock file does not match it, and touching files or switching branches back and forth costs nothing.
# Two installs at once (two `make test`) wait for each other on the lock file itself, so no lock is left behind.
set -eu
cd "$(dirname "$0")/.."

stamp=node_modules/.underpass-installed
node=node_modules/.bin/node

installed() {
  cmp -s package-lock.json "$stamp" && "$node" --version >/dev/null 2>&1
}

if installed; then exit 0; fi

if ! command -v npm >/dev/null 2>&1; then
  echo 'underpass: npm was not found; Node 20 or newer with npm is needed to install the packages.' >&2
  echo 'Run: apt-get install -y nodejs npm   (or install Node from https://nodejs.org)' >&2
  exit 1
fi

exec 9<package-lock.json
if command -v flock >/dev/null 2>&1; then flock 9; fi
if installed; then exit 0; fi

echo 'Installing the npm packages of package-lock.json (Node 26 among them) …' >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Warnings are npm's business; its exit status, and whether Node 26 runs, is ours.
if ! npm ci --no-audit --no-fund --loglevel=error >"$log" 2>&1; then
  cat "$log" >&2
  echo "underpass: npm ci failed in $(pwd)." >&2
  exit 1
fi
# The `node` package fetches its binary in an install script, which an npm configured with ignore-scripts leaves out.
if ! "$node" --version >/dev/null 2>&1; then
  npm rebuild node --ignore-scripts=false --loglevel=error >"$log" 2>&1 || true
fi
if ! "$node" --version >/dev/null 2>&1; then
  cat "$log" >&2
  echo 'underpass: npm installed the packages, but node_modules/.bin/node does not run on this machine.' >&2
  echo 'Run: npm rebuild node --ignore-scripts=false --foreground-scripts   and see what it says' >&2
  exit 1
fi
cp package-lock.json "$stamp"
