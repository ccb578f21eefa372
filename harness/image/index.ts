/** The image stage: files into `FirmwareImage`, and what can be done with one.
 *  Source: DESIGN.md section 2, harness/image.
 *  Leaves out: delta encoding (plan/). */

export { type Arrangement, arrange } from './arrange.ts';
export { type BinOptions, writeBin } from './bin.ts';
export { describeImage, type ImageInfo, imageVersion } from './describe.ts';
export { type DiffRange, diffImages, type ImageDiff } from './diff.ts';
export { MACHINES, type MachineName } from './elf.ts';
export type { FirmwareImage, Segment, SymbolEntry } from './firmware-image.ts';
export { writeHex } from './hex-write.ts';
export { APPLICATION_ADDRESS, USER_FLASH_END } from './layout.ts';
export { type Merged, type MergeOptions, mergeHexText, mergeImages } from './merge.ts';
export {
  type PackOptions,
  packedSegment,
  packImage,
  SEGMENT_BYTES,
  segmentCount,
} from './pack.ts';
export { type ProgramHeader, programCrc32, readProgramHeader } from './program-header.ts';
export { parseImage, type ReadOptions, readImage } from './read-image.ts';
export { bytesAt, endAddress, firstAddress, imageBytes, makeImage, wordAt } from './segments.ts';
export { checkVectors, findCrp, type VectorCheck, vectorChecksum } from './vectors.ts';
