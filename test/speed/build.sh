#!/bin/sh
# Builds workload-arm.bin, workload-thumb.bin and workload-avr.bin with Debian's arm-none-eabi-gcc and avr-gcc.
# Run from anywhere; writes beside this script.
set -eu
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
common="-mcpu=arm7tdmi -mthumb-interwork -ffreestanding -fno-tree-loop-distribute-patterns -nostdlib"
for state in arm thumb; do
  arm-none-eabi-gcc $common -m$state -O2 -c workload.c -o "$build/workload-$state.o"
  arm-none-eabi-gcc $common -marm -c start.S -o "$build/start.o"
  arm-none-eabi-gcc $common -m$state -T workload.ld "$build/start.o" "$build/workload-$state.o" \
    -lgcc -o "$build/workload-$state.elf"
  arm-none-eabi-objcopy -O binary "$build/workload-$state.elf" "workload-$state.bin"
done

avr-gcc -mmcu=atmega32u4 -O2 -ffreestanding -fno-tree-loop-distribute-patterns -nostdlib \
  -T workload-avr.ld start-avr.S workload-avr.c -lgcc -o "$build/workload-avr.elf"
avr-objcopy -O binary -j .text "$build/workload-avr.elf" workload-avr.bin
