/** The header of a node's application once its bytes have moved: length and version stay, the CRC-16 does not. */

import { parseElf } from '../elf.ts';
import { ElfFile } from '../elf-file.ts';
import { EZ240_HEADER, headerCrc, headerCrcOffset, readNodeHeader } from '../node-header.ts';
import { packImage } from '../pack.ts';
import { endAddress, firstAddress } from '../segments.ts';
import { offsetOf } from './linked.ts';

/** Does nothing where there is no such header. @param bytes of the ELF file; changed in place. */
export function fitHeader(bytes: Uint8Array, file: string): void {
  const image = parseElf(bytes, file, 'msp430');
  const from = firstAddress(image);
  const packed = packImage(image, { from, to: endAddress(image), file });
  if (readNodeHeader(packed, EZ240_HEADER) === null) return;
  const at = offsetOf(new ElfFile(bytes, file), from + headerCrcOffset(EZ240_HEADER));
  new DataView(bytes.buffer).setUint16(at, headerCrc(packed, EZ240_HEADER), true);
}
