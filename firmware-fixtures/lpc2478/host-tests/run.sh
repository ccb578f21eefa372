#!/bin/sh
# Builds the cut test with the host's gcc and runs it: run.sh [nested runs] [image bytes] [query|flags]
# With PATCH=name the known-bad patch of that name is applied first (the test must then fail).
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/../src" "$work/src"
if [ -n "$PATCH" ]; then patch -s -d "$work" -p1 --fuzz=0 < "$here/../known-bad/$PATCH.patch"; fi
flags="-std=gnu11 -O2 -Wall -fno-builtin -DHOST_TEST -I$work/src/common -I$work/src/app -I$work/src/boot"
for file in common/crc common/flash common/image common/journal common/staging app/agent boot/boot; do
    name=$(basename $file)
    gcc $flags -Wno-unused-function -c "$work/src/$file.c" -o "$work/$name.o"
    objcopy --rename-section .bss=fwram,alloc,load,data,contents \
        --rename-section .data=fwram,alloc,load,data,contents "$work/$name.o"
done
gcc $flags -c "$here/cuts.c" -o "$work/cuts.o"
gcc "$work"/*.o -o "$work/cuts"
"$work/cuts" "$@"
