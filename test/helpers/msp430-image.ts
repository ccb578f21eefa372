/** Load segments of an ELF file for an MSP430, as they are programmed: physical addresses, clipped to flash.
 *  Source: ELF specification, "Program Header". GNU ld lets the first segment begin below flash, with the
 *  file's own headers in it. Leaves out: everything but 32-bit little-endian files. */

const PT_LOAD = 1;
const FLASH_START = 0x4000;

export interface LoadSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export function loadSegments(elf: Uint8Array): LoadSegment[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const table = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  return Array.from({ length: view.getUint16(44, true) }, (_, i) => table + i * entryBytes)
    .filter((at) => view.getUint32(at, true) === PT_LOAD)
    .map((at) => {
      const offset = view.getUint32(at + 4, true);
      const address = view.getUint32(at + 12, true);
      const bytes = elf.slice(offset, offset + view.getUint32(at + 16, true));
      const below = Math.max(0, FLASH_START - address);
      return { address: address + below, bytes: bytes.subarray(below) };
    })
    .filter(({ bytes }) => bytes.length > 0);
}
