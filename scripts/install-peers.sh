#!/usr/bin/env bash
# Installs the independent judges that the tests compare against: the Debian packages of peers.json.
# Optional for a user: without them those tests are left out, and say so.
set -euo pipefail
cd "$(dirname "$0")"

packages=$(node -p "Object.values(require('./peers.json')).map((peer) => peer.package).join('\n')")
missing=()
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo 'peers: all installed'
  exit 0
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "peers: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
