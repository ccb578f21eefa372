/** The paper's own count of an update: bytes that the scheme's steps read and write, no erase, no staging, no check.
 *  Source: Qiu et al. 2014, 6.4. */

const ENVELOPE_BYTES = 18;
const CRC_BYTES = 2;
const COPY = 1;

/** @param counts of EasiLIR's planner; without, a plan of deluge or R2. */
export function literalCount(plan, counts = null) {
  const fileBytes = plan.file.length;
  if (counts !== null) {
    const { writtenBytes: flashWritten, readBytes: flashRead } = counts;
    return { externalWritten: fileBytes, externalRead: fileBytes, flashWritten, flashRead };
  }
  const imageBytes = plan.expectedBytes.length;
  const flash = { flashWritten: imageBytes, flashRead: 0 };
  if (plan.scheme !== 'r2') {
    return { externalWritten: fileBytes, externalRead: imageBytes, ...flash };
  }
  // The script, what it copies from the old base file, and the new base file when it is loaded.
  const { baseBytes, copiedBytes } = readR2(plan.file);
  return {
    externalWritten: fileBytes + baseBytes,
    externalRead: fileBytes + copiedBytes + baseBytes,
    ...flash,
  };
}

/** README.md of the fixture, "Deluge and R2". */
function readR2(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const word = (at) => view.getUint16(at, true);
  const baseBytes = word(ENVELOPE_BYTES);
  let copiedBytes = 0;
  let at = ENVELOPE_BYTES + 4;
  while (at < file.length - CRC_BYTES) {
    const length = word(at + 1);
    if (file[at] === COPY) copiedBytes += length;
    at += file[at] === COPY ? 5 : 3 + length;
  }
  return { baseBytes, copiedBytes };
}
