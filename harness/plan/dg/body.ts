/** The body of a DG delta: two counts, then every COPY, then every ADD (16-bit fields, little-endian).
 *  Source: Kachman and Balaz 2016, figure 2 in words: header, COPY before ADD, CRC-16 (which is the
 *  file's own, envelope.ts). Leaves out: whether the order of COPYs is right in place (order.ts). */

import { RigError } from '../../errors.ts';
import { CRC_BYTES, checkField, ENVELOPE_BYTES, type Patch } from '../envelope.ts';
import { type Add, type Copy, isAdd, isCopy, type Operation } from '../operations.ts';
import { deltaBytes } from './cost.ts';

export function writeBody(operations: readonly Operation[]): Uint8Array {
  const copies = operations.filter(isCopy);
  const adds = operations.filter(isAdd);
  const bytes = new Uint8Array(deltaBytes(operations) - CRC_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (what: string, value: number) => {
    checkField(what, value);
    view.setUint16(at, value, true);
    at += 2;
  };
  put('the number of COPYs', copies.length);
  put('the number of ADDs', adds.length);
  for (const { source, destination, length } of copies) {
    put('the source of a COPY', source);
    put('the destination of a COPY', destination);
    put('the length of a COPY', length);
  }
  for (const { destination, bytes: data } of adds) {
    put('the destination of an ADD', destination);
    put('the length of an ADD', data.length);
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

/** Operations in the order in which they are applied. @throws where one leaves the image or the body. */
export function readBody(patch: Patch, file: string): Operation[] {
  const { content } = patch;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  let at = 0;
  const take = (): number => {
    need(2);
    at += 2;
    return view.getUint16(at - 2, true);
  };
  const need = (bytes: number) => {
    if (at + bytes <= content.length) return;
    const facts = { found: content.length, expected: `${at + bytes} or more` };
    throw new RigError('PATCH_BODY', { file, what: 'the number of bytes in the body', ...facts });
  };
  const copies = take();
  const adds = take();
  const operations: Operation[] = [];
  for (let i = 0; i < copies; i++) {
    const copy: Copy = { kind: 'copy', source: take(), destination: take(), length: take() };
    checkInside(`COPY ${i}: end of its source`, copy.source + copy.length, patch.oldBytes, file);
    checkInside(`COPY ${i}: its end`, copy.destination + copy.length, patch.newBytes, file);
    operations.push(copy);
  }
  for (let i = 0; i < adds; i++) {
    const destination = take();
    const length = take();
    need(length);
    const bytes = content.subarray(at, at + length);
    const add: Add = { kind: 'add', destination, bytes, fileOffset: ENVELOPE_BYTES + at };
    at += length;
    checkInside(`ADD ${i}: its end`, destination + length, patch.newBytes, file);
    operations.push(add);
  }
  if (at < content.length) {
    const facts = { found: content.length, expected: at };
    throw new RigError('PATCH_BODY', { file, what: 'the number of bytes in the body', ...facts });
  }
  return operations;
}

function checkInside(what: string, end: number, limit: number, file: string): void {
  if (end <= limit) return;
  throw new RigError('PATCH_BODY', { file, what, found: end, expected: `at most ${limit}` });
}
