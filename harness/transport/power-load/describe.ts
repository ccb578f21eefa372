/** One frame in a few words, for timelines. Source: decision 0001.
 *  Leaves out: the values inside (readings, clock). */

import { type Dialect, type DialectName, dialects } from '../dialects.ts';
import { decodeFrame, DIR, type Frame } from '../ft12/frame.ts';
import { decodeSegment, FILE_CLEAR, FILE_ERROR } from './file.ts';
import { AFN, type Message, parseMessage } from './messages.ts';
import { parseUnit, type Unit } from './units.ts';

export function frameDescriber(dialectName: DialectName): (bytes: Uint8Array) => string {
  const dialect = dialects[dialectName];
  return (bytes) => {
    const decoded = decodeFrame(bytes, dialect);
    if ('fault' in decoded) return `${bytes.length} bytes, no frame (${decoded.fault})`;
    const { frame } = decoded;
    return (frame.control & DIR) === 0 ? request(frame, dialect) : answer(frame, dialect);
  };
}

function request(frame: Frame, dialect: Dialect): string {
  const unit = parseUnit(frame, dialect);
  const numbered = `#${frame.seq & 0x0f}`;
  if (unit === null) return `AFN ${hex2(frame.afn)} ${numbered}`;
  return `${requestName(frame.afn, unit, dialect)} ${numbered}`;
}

function requestName(afn: number, unit: Unit, dialect: Dialect): string {
  if (afn === AFN.file) return fileRequest(unit, dialect);
  if (afn === AFN.authenticate) return 'authenticate';
  return `AFN ${hex2(afn)} F${unit.fn}`;
}

function fileRequest(unit: Unit, dialect: Dialect): string {
  const segment = decodeSegment(unit.content, dialect);
  if (segment === null) return 'file segment, damaged header';
  if (segment.fileId === FILE_CLEAR) return 'clear file';
  return `segment ${segment.index} of ${segment.total}, ${segment.data.length} bytes`;
}

function answer(frame: Frame, dialect: Dialect): string {
  const message = parseMessage(frame, dialect);
  return message === null ? `AFN ${hex2(frame.afn)}` : said(message);
}

function said(message: Message): string {
  switch (message.says) {
    case 'stored':
      return message.index === FILE_ERROR ? 'file error' : `stored ${message.index}`;
    case 'version':
      return `version ${message.version.software}`;
    case 'missing':
      return `missing segments, group ${message.group}`;
    case 'other':
      return `AFN ${hex2(message.afn)} F${message.fn}`;
    default:
      return message.says;
  }
}

const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();
