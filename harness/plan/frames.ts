/** What a file costs on the wire, without repeats.
 *  Source: decision 0001 (frame layout of dialect 376.1, file check behind the last segment).
 *  Leaves out: replies, authentication and the version query, which do not grow with the file. */

/** 68 L L 68, C, A, AFN, SEQ, DA DT, file header 11, PW 16, CS, 16. */
const FRAME_OVERHEAD_BYTES = 6 + 1 + 5 + 1 + 1 + 4 + 11 + 16 + 2;
/** sum16 and CRC-32 behind the last segment. */
const FILE_CHECK_BYTES = 6;

export interface FrameCount {
  readonly frames: number;
  /** Bytes on the wire in file-transfer frames, station to device. */
  readonly bytesSent: number;
}

export function countFrames(fileBytes: number, segmentBytes: number): FrameCount {
  const frames = Math.ceil(fileBytes / segmentBytes);
  return { frames, bytesSent: fileBytes + FILE_CHECK_BYTES + frames * FRAME_OVERHEAD_BYTES };
}
