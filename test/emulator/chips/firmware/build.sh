#!/bin/sh
# Rebuilds the test programs: needs Debian's gcc-arm-none-eabi.
set -eu
cd "$(dirname "$0")"
for name in echo poll timer-wait; do
  arm-none-eabi-gcc -mcpu=arm7tdmi -marm -O1 -ffreestanding -nostdlib -Wall -Werror -T link.ld \
    -Wl,--build-id=none start.S "$name.c" -lgcc -o "$name.elf"
  arm-none-eabi-objcopy -O binary "$name.elf" "$name.bin"
  # Word 0x14: the two's complement of the sum of the other seven vectors.
  python3 - "$name.bin" <<'PYTHON'
import struct, sys
path = sys.argv[1]
data = bytearray(open(path, 'rb').read())
words = list(struct.unpack_from('<8I', data))
words[5] = -(sum(words) - words[5]) & 0xffffffff
struct.pack_into('<I', data, 0x14, words[5])
open(path, 'wb').write(data)
PYTHON
  rm "$name.elf"
done
