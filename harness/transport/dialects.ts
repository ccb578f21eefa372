/** Dialects of the power-load protocol: what differs between them on the wire, one row each.
 *  Source: decision 0001; Q/GDW 376.1-2009 and Q/GDW 130-2005 as in the reference sheet; Bao 2021, tables 2-5.
 *  Leaves out: vendor quirks such as reversed segment data. */

import type { DialectName } from '../request.ts';

export interface Dialect {
  readonly name: DialectName;
  /** Bits 1:0 of L: 1 = 2004 and Q/GDW 130-2005, 2 = Q/GDW 376.1. */
  readonly protocolId: 1 | 2;
  /** First byte that CS covers: C by the standard, the first 68H by the text of the paper. */
  readonly checksumFrom: 'control' | 'start';
  /** DA2: one bit for a group of eight points, or the number of that group. */
  readonly points: 'mask' | 'binary';
  readonly passwordBytes: 2 | 16;
  /** Who may transfer a file: a terminal opened by AFN 06, or each frame by its password. */
  readonly authentication: 'afn-06' | 'password';
  /** FCB toggles with each new request (FCV set); otherwise C is constant and PSEQ alone counts. */
  readonly frameCountBit: boolean;
  /** Widths in the AFN 0F F1 header. */
  readonly totalBytes: 1 | 2;
  readonly segmentIdBytes: 1 | 2 | 4;
  /** What follows the data of the last segment. */
  readonly fileCheck: 'sum16' | 'sum16+crc32';
}

export type { DialectName };

const gdw376: Dialect = {
  name: '376.1',
  protocolId: 2,
  checksumFrom: 'control',
  points: 'binary',
  passwordBytes: 16,
  authentication: 'afn-06',
  frameCountBit: false,
  totalBytes: 2,
  segmentIdBytes: 4,
  fileCheck: 'sum16+crc32',
};

/** UNKNOWN: the AFN 0F header of the 2004 text; Table 5 of the paper, which builds on it, is taken.
 *  In that text AFN 06 is reserved, so the password of each frame authorises it. */
const load2004: Dialect = {
  ...gdw376,
  name: '2004',
  protocolId: 1,
  points: 'mask',
  passwordBytes: 2,
  authentication: 'password',
  totalBytes: 1,
  segmentIdBytes: 1,
};

/** The paper lists AFN 06 as authentication, as 376.1 has it: so 376.1 frames with its Table 5 header. */
const paper: Dialect = {
  ...gdw376,
  name: 'paper',
  totalBytes: 1,
  segmentIdBytes: 1,
  fileCheck: 'sum16',
};

/** Table 5 with two bytes for the total and the id: the only reading under which the paper's 210.78 kB fit. */
const paperWide: Dialect = { ...paper, name: 'paper-wide', totalBytes: 2, segmentIdBytes: 2 };

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  '376.1': gdw376,
  '2004': load2004,
  paper,
  'paper-wide': paperWide,
};

/** The missing-segment bitmap covers one group of 1024 segments. */
const GROUP_SEGMENTS = 1024;

/** Segments that a file may have: the header's widths and the bitmap bound it. */
export const maxSegments = (dialect: Dialect): number =>
  Math.min(GROUP_SEGMENTS, 2 ** (8 * dialect.totalBytes) - 1, 2 ** (8 * dialect.segmentIdBytes));

export const fileHeaderBytes = (dialect: Dialect): number =>
  3 + dialect.totalBytes + dialect.segmentIdBytes + 2;
