/** The body of an R3diff delta: type, 16-bit length, then the bytes of an ADD or the old offset of a COPY.
 *  Source: Dong et al. 2013, the authors' format of 2011 (0 = ADD, 1 = COPY, little-endian); new offsets
 *  are implicit. Descending is ours: commands from the image's end to its start, bytes of an ADD in address order.
 *  Leaves out: whether a COPY is right in place (r3diff/apply.ts checks it). */

import { RigError } from '../../errors.ts';
import { checkField, ENVELOPE_BYTES, type Patch } from '../envelope.ts';
import { isCopy, lengthOf, type Operation } from '../operations.ts';
import { ALPHA, BETA, commandBytes } from './cost.ts';

const TYPE_ADD = 0;
const TYPE_COPY = 1;

/** @param operations in the order of application. */
export function writeBody(operations: readonly Operation[]): Uint8Array {
  const total = commandBytes(operations);
  checkField('the body in bytes', total);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const operation of operations) {
    bytes[at] = isCopy(operation) ? TYPE_COPY : TYPE_ADD;
    checkField('the length of a command', lengthOf(operation));
    view.setUint16(at + 1, lengthOf(operation), true);
    at += ALPHA;
    if (isCopy(operation)) {
      checkField('the old offset of a COPY', operation.source);
      view.setUint16(at, operation.source, true);
      at += BETA - ALPHA;
    } else {
      bytes.set(operation.bytes, at);
      at += operation.bytes.length;
    }
  }
  return bytes;
}

/** Operations in the order of application. @throws where one leaves the image or the body. */
export function readBody(patch: Patch, file: string): Operation[] {
  const { content, newBytes, descending } = patch;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const refuse = (what: string, found: number, expected: string | number): never => {
    throw new RigError('PATCH_BODY', { file, what, found, expected });
  };
  const operations: Operation[] = [];
  let made = 0;
  for (let at = 0; at < content.length; ) {
    const name = `command ${operations.length}`;
    if (at + ALPHA > content.length) refuse(`${name}: its place`, at, 'room for type and length');
    const type = content[at]!;
    if (type !== TYPE_ADD && type !== TYPE_COPY) refuse(`${name}: its type`, type, '0 or 1');
    const length = view.getUint16(at + 1, true);
    const behind = at + (type === TYPE_COPY ? BETA : ALPHA + length);
    if (behind > content.length) refuse(`${name}: its end`, behind, `at most ${content.length}`);
    made += length;
    if (made > newBytes) refuse(`${name}: the bytes made`, made, `at most ${newBytes}`);
    const destination = descending ? newBytes - made : made - length;
    if (type === TYPE_COPY) {
      const source = view.getUint16(at + ALPHA, true);
      const end = source + length;
      if (end > patch.oldBytes)
        refuse(`${name}: end of its source`, end, `at most ${patch.oldBytes}`);
      operations.push({ kind: 'copy', source, destination, length });
    } else {
      const bytes = content.subarray(at + ALPHA, behind);
      const fileOffset = ENVELOPE_BYTES + at + ALPHA;
      operations.push({ kind: 'add', destination, bytes, fileOffset });
    }
    at = behind;
  }
  if (made !== newBytes) refuse('the number of bytes made', made, newBytes);
  return operations;
}
