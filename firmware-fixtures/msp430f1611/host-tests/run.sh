#!/bin/sh
# Builds the cut test with the host's gcc and runs it: run.sh [nested runs] [seed]
# With PATCH=file that patch is applied first; with one of known-bad/ that nested cuts can show, the test must fail.
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/../src" "$work/src"
if [ -n "$PATCH" ]; then patch -s -d "$work" -p1 --fuzz=0 < "$PATCH"; fi
flags="-std=gnu11 -O2 -Wall -Wextra -fno-builtin -fno-strict-aliasing -I$work/src/common -I$work/src/runtime"
for name in apply base-file boot bundle compose crc external image prepare records script store transfer; do
    gcc $flags -c "$work/src/runtime/$name.c" -o "$work/$name.o"
    objcopy --rename-section .bss=fwram,alloc,load,data,contents "$work/$name.o"
done
for name in cuts files parts; do gcc $flags -I"$here" -Wno-clobbered -c "$here/$name.c" -o "$work/$name.o"; done
gcc "$work"/*.o -o "$work/cuts"
"$work/cuts" "$@"
