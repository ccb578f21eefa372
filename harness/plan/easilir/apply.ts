/** What the node does with a file, on the host: commands in order, segment by segment.
 *  Source: firmware-fixtures/msp430f1611/README.md, "In situ" and "Rebuild".
 *  A segment is changed in RAM and programmed when the commands leave it, so MOVE sees new segments below the one
 *  in work, old bytes in it and above. Leaves out: power cuts, records, external flash. */

import { crc16 } from '../../crc16.ts';
import { RigError } from '../../errors.ts';
import { NODE_FILE_KINDS, type NodeEnvelope, readNodeFile } from '../node-file.ts';
import { rebuild } from './apply-rebuild.ts';
import { BR, CALL, JMP, jumpWord, RET } from './glue.ts';
import {
  APP_START,
  AREA_BYTES,
  AREA_START,
  FLASH_SEGMENT_BYTES,
  hex4,
  putWord,
  segmentOf,
} from './memory-map.ts';
import { memoryOf } from './node-image.ts';
import { type Command, decodeCommands, decodeSteps } from './script.ts';

export interface NodeBytes {
  /** From 0x4000. */
  readonly flash: Uint8Array;
  readonly area: Uint8Array;
}

/** @param file name for errors. */
export function applyFile(bytes: Uint8Array, node: NodeBytes, file: string): NodeBytes {
  const { envelope, body } = readNodeFile(bytes, file);
  const expect = (what: string, found: number, expected: number): void => {
    if (found === expected) return;
    const facts = { file, what, found: hex4(found), expected: hex4(expected) };
    throw new RigError('EASILIR_SCRIPT', facts);
  };
  expect('the length of its base', node.flash.length, envelope.baseBytes);
  expect('the CRC-16 of its base', crc16(node.flash), envelope.baseCrc);
  expect('the CRC-16 of its area', crc16(node.area), envelope.areaCrc);
  const after = run(envelope, body, node, file);
  expect('the CRC-16 of its result', crc16(after.flash), envelope.resultCrc);
  expect('the length of its area', after.area.length, envelope.resultAreaBytes);
  expect('the CRC-16 of its resulting area', crc16(after.area), envelope.resultAreaCrc);
  return after;
}

function run(envelope: NodeEnvelope, body: Uint8Array, node: NodeBytes, file: string): NodeBytes {
  if (envelope.kind === NODE_FILE_KINDS['in-situ']) {
    return modify(decodeCommands(body, file), node, envelope.resultBytes, file);
  }
  if (envelope.kind === NODE_FILE_KINDS.rebuild) {
    return rebuild(decodeSteps(body, file), node, envelope.resultBytes, file);
  }
  const facts = { file, what: 'its kind', found: envelope.kind, expected: '3 or 4' };
  throw new RigError('EASILIR_SCRIPT', facts);
}

/** In situ. */
export function modify(
  commands: readonly Command[],
  node: NodeBytes,
  resultBytes: number,
  file: string,
): NodeBytes {
  const memory = memoryOf(node);
  const buffer = new SegmentBuffer(memory, file);
  const area = Array.from(node.area);
  const append = (bytes: Uint8Array, ...words: readonly number[]): number => {
    const there = AREA_START + area.length;
    area.push(...bytes);
    for (const word of words) area.push(word & 0xff, word >>> 8);
    return there;
  };
  for (const command of commands) {
    switch (command.kind) {
      case 'replace':
        buffer.program(command.at, command.bytes);
        break;
      case 'delete':
        buffer.program(command.at, jumpBytes(command.at, command.length));
        break;
      case 'call':
        buffer.program(command.at, wordBytes(CALL, append(command.bytes, RET)));
        break;
      case 'branch': {
        const rest = command.back === 0 ? [] : [BR, command.back];
        buffer.program(command.at, wordBytes(BR, append(command.bytes, ...rest)));
        break;
      }
      case 'move':
        buffer.move(command.at, command.from, command.length);
        break;
      case 'area':
        for (const [i, byte] of command.bytes.entries()) area[command.offset + i] = byte;
        break;
    }
  }
  buffer.flush();
  if (area.length > AREA_BYTES || area.includes(undefined as never)) {
    const facts = { what: 'the ifunction area', found: `${area.length} bytes` };
    throw new RigError('EASILIR_SCRIPT', { file, ...facts, expected: `${AREA_BYTES}, no gaps` });
  }
  return {
    flash: memory.slice(APP_START, APP_START + resultBytes),
    area: Uint8Array.from(area),
  };
}

/** Longest distance of a JMP from the word behind it. */
const JMP_MAX = 1022;

const jumpBytes = (at: number, length: number): Uint8Array =>
  length - 2 <= JMP_MAX ? wordBytes(jumpWord(JMP, at, at + length)) : wordBytes(BR, at + length);

function wordBytes(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * words.length);
  for (const [i, word] of words.entries()) putWord(bytes, 2 * i, word);
  return bytes;
}

/** The one segment that is being changed. */
class SegmentBuffer {
  readonly #memory: Uint8Array;
  readonly #file: string;
  #segment = -1;
  #bytes = new Uint8Array(FLASH_SEGMENT_BYTES);
  /** Behind the last byte that a command changed. */
  #end = 0;

  constructor(memory: Uint8Array, file: string) {
    this.#memory = memory;
    this.#file = file;
  }

  program(at: number, bytes: Uint8Array): void {
    this.#begin(at);
    for (let i = 0; i < bytes.length; i++) this.#put(at + i, bytes[i]!);
    this.#end = at + bytes.length;
  }
  move(at: number, from: number, length: number): void {
    this.#begin(at);
    for (let i = 0; i < length; i++) {
      this.#enter(at + i);
      this.#put(at + i, this.#memory[from + i]!);
    }
    this.#end = at + length;
  }
  flush(): void {
    if (this.#segment >= 0) {
      this.#memory.set(this.#bytes, this.#segment * FLASH_SEGMENT_BYTES);
    }
  }

  #begin(at: number): void {
    if (at >= this.#end) return;
    const facts = {
      what: 'a destination',
      found: hex4(at),
      expected: `${hex4(this.#end)} or above`,
    };
    throw new RigError('EASILIR_SCRIPT', { file: this.#file, ...facts });
  }
  #put(at: number, byte: number): void {
    this.#enter(at);
    this.#bytes[at % FLASH_SEGMENT_BYTES] = byte;
  }
  #enter(at: number): void {
    const segment = segmentOf(at);
    if (segment === this.#segment) return;
    this.flush();
    this.#segment = segment;
    const start = segment * FLASH_SEGMENT_BYTES;
    this.#bytes = this.#memory.slice(start, start + FLASH_SEGMENT_BYTES);
  }
}
