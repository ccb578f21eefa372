/** A frame in words, for timelines.
 *  Source: decision 0001.
 *  Leaves out: values that a reader of a timeline does not need (dates, clock digits, energy). */

import { type Dialect, dialects } from '../dialects.ts';
import { DIR, decodeFrame, type Frame, type FrameFault, PRM } from '../ft12/frame.ts';
import { decodeSegment, FILE_CLEAR, FILE_ERROR } from './file.ts';
import { AFN, type Message, parseMessage } from './messages.ts';
import { parseUnit } from './units.ts';

/** @param dialect where it is known; else the first one in which the frame makes sense. */
export function describeFrame(bytes: Uint8Array, dialect?: Dialect): string {
  const candidates = dialect === undefined ? Object.values(dialects) : [dialect];
  let fault: FrameFault = 'start';
  for (const candidate of candidates) {
    const decoded = decodeFrame(bytes, candidate);
    if ('fault' in decoded) {
      if (decoded.fault !== 'protocol-id') fault = decoded.fault;
      continue;
    }
    const text = describe(decoded.frame, candidate);
    if (text !== null) return text;
  }
  return `damaged, ${bytes.length} bytes (${FAULT_TEXT[fault]})`;
}

function describe(frame: Frame, dialect: Dialect): string | null {
  const isUp = (frame.control & DIR) !== 0;
  const text = isUp ? describeAnswer(frame, dialect) : describeRequest(frame, dialect);
  return text === null ? null : `${text} #${frame.seq & 0xf}`;
}

function describeAnswer(frame: Frame, dialect: Dialect): string | null {
  const message = parseMessage(frame, dialect);
  if (message === null) return null;
  return frame.control & PRM ? `${textOf(message)} (unasked)` : textOf(message);
}

function textOf(message: Message): string {
  switch (message.says) {
    case 'stored':
      return message.index === FILE_ERROR ? 'file error' : `stored ${message.index}`;
    case 'missing':
      return `missing ${countBits(message.bitmap)} segments`;
    case 'version':
      return `version ${message.version.software}`;
    case 'readings':
      return `readings of p${message.point}, ${message.data.length} bytes`;
    case 'other':
      return `AFN ${hex2(message.afn)} F${message.fn}`;
    default:
      return message.says;
  }
}

function describeRequest(frame: Frame, dialect: Dialect): string | null {
  const unit = parseUnit(frame, dialect);
  if (unit === null) return null;
  if (frame.afn !== AFN.file || unit.fn !== 1) {
    return REQUEST_TEXT[`${frame.afn} ${unit.fn}`] ?? `AFN ${hex2(frame.afn)} F${unit.fn}?`;
  }
  const segment = decodeSegment(unit.content, dialect);
  if (segment === null) return null;
  if (segment.fileId === FILE_CLEAR) return 'clear file';
  const last = segment.attribute === 1 ? ', last' : '';
  return `segment ${segment.index} of ${segment.total}, ${segment.data.length} bytes${last}`;
}

const REQUEST_TEXT: Readonly<Record<string, string>> = {
  [`${AFN.confirm} 1`]: 'confirm',
  [`${AFN.linkTest} 1`]: 'link test',
  [`${AFN.authenticate} 2`]: 'authenticate',
  [`${AFN.configuration} 1`]: 'version?',
  [`${AFN.class1} 2`]: 'clock?',
  [`${AFN.class1} 14`]: 'missing segments?',
  [`${AFN.class1} 25`]: 'readings?',
};

const FAULT_TEXT: Readonly<Record<FrameFault, string>> = {
  start: 'no start',
  'lengths-differ': 'the two L differ',
  'protocol-id': 'foreign protocol id',
  'too-short': 'L too small',
  'too-long': 'L too large',
  incomplete: 'cut short',
  checksum: 'wrong CS',
  end: 'no end',
};

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

const hex2 = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
