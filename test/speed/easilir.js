/** EasiLIR on a row of builds, each update planned on the modified image of the one before: what is sent, what the
 *  node does for it, and how long planning takes. No limits are set here.
 *  node test/speed/easilir.js OLD.elf NEW.elf [NEXT.elf...], after npm run build; ELF files keep relocations. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  freshNode,
  planEasilir,
  planInSitu,
  planRebuild,
  readProgram,
} from '../../dist/harness/plan/easilir/index.js';

const [first, ...rest] = process.argv.slice(2);
if (first === undefined || rest.length === 0) {
  process.stderr.write('node test/speed/easilir.js OLD.elf NEW.elf [NEXT.elf...]\n');
  process.exit(2);
}
const read = (path) => readProgram(new Uint8Array(readFileSync(path)), basename(path));
const timed = (work) => {
  const start = performance.now();
  work();
  return Math.round(performance.now() - start);
};
const row = (...cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

row(
  'update',
  'image',
  'way',
  'file',
  'the other',
  'area',
  'deleted',
  'written',
  'read',
  'segments touched/erased',
  'commands',
  'in situ ms',
  'rebuild ms',
);
row(...Array(13).fill('---'));
let node = freshNode(read(first));
for (const path of rest) {
  const program = read(path);
  const plan = planEasilir({ old: node, program });
  const { counts, other, reason } = plan;
  const inSituMs = reason === 'area' ? '-' : timed(() => planInSitu(node, program));
  const rebuildMs = timed(() => planRebuild(node, program));
  const commands = Object.entries(counts.commands ?? {}).filter(([, count]) => count > 0);
  row(
    `${basename(node.program.file, '.elf')} to ${basename(path, '.elf')}`,
    program.image.length,
    reason === 'in situ fits' ? 'in situ' : `rebuild (${reason})`,
    counts.fileBytes,
    other?.fileBytes ?? '-',
    counts.areaBytes ?? 0,
    counts.kind === 'in situ' ? `${counts.deletedBytes} in ${counts.deletedBlocks}` : '-',
    counts.writtenBytes,
    counts.readBytes,
    `${counts.segmentsTouched}/${counts.segmentsErased}`,
    commands.map(([kind, count]) => `${count} ${kind}`).join(', ') || `${counts.groups} groups`,
    inSituMs,
    rebuildMs,
  );
  node = plan.node;
}
