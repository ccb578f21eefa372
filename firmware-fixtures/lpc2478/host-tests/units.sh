#!/bin/sh
# Builds parts of the application with the host's gcc, once for each version, and checks them.
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
app="$here/../src/app"
common="$here/../src/common"
shared="$here/../../common"
for version in 100 110 120; do
    gcc -std=gnu11 -O1 -g -fsanitize=undefined,address -fno-sanitize-recover=undefined -Wall -fno-builtin \
        -Wno-int-to-pointer-cast -DAPP_VERSION=$version -I"$common" -I"$app" -I"$shared" \
        "$app/frame.c" "$app/xtea.c" "$app/text.c" "$shared/clocktime.c" "$shared/tariff.c" "$shared/measure.c" \
        "$shared/harmonics.c" "$app/parameters.c" "$common/crc.c" "$here/units.c" -lm -o "$work/units"
    "$work/units"
done
