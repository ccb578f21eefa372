#!/bin/sh
# Rebuilds the test programs: needs Debian's gcc-avr and avr-libc.
set -eu
cd "$(dirname "$0")"
for name in echo poll timers; do
  avr-gcc -mmcu=atmega32u4 -DF_CPU=16000000UL -Os -Wall -Werror -o "$name.elf" "$name.c"
  avr-objcopy -O binary "$name.elf" "$name.bin"
  rm "$name.elf"
done
