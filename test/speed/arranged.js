/** What `flashrig image arrange` saves in the monitor's cases: bytes of EasiLIR's files with nothing arranged, the
 *  functions, the variables too, and the calls through a table besides.
 *  node test/speed/arranged.js [FOLDER], after npm run build. FOLDER has the monitor's images linked with an empty
 *  table (`"calls": true` in their rows of scenarios.json); without it the last row is left out. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { arrange } from '../../dist/harness/image/arrange/arrange.js';
import {
  freshNode,
  planInSitu,
  planRebuild,
  readProgram,
} from '../../dist/harness/plan/easilir/index.js';

const IMAGES = fileURLToPath(
  new URL('../../firmware-fixtures/msp430f1611/images/', import.meta.url),
);
const withTable = process.argv[2];
const MODES = [
  { what: 'nothing', how: null, folder: IMAGES },
  { what: 'functions', how: { functions: true, variables: false, calls: false }, folder: IMAGES },
  { what: '+ variables', how: { functions: true, variables: true, calls: false }, folder: IMAGES },
  { what: '+ calls', how: { functions: true, variables: true, calls: true }, folder: withTable },
];

const read = (folder, name) => ({
  bytes: new Uint8Array(readFileSync(`${folder}/monitor-${name}.elf`)),
  file: name,
});
const programOf = ({ bytes, file }) => readProgram(bytes, file);

function inSituOrNull(node, program) {
  try {
    return planInSitu(node, program);
  } catch (error) {
    if (error.code === 'EASILIR_AREA') return null;
    throw error;
  }
}

/** @returns both files' bytes, and the node that the case leaves. */
function update(node, linked) {
  const program = programOf(linked);
  const inSitu = inSituOrNull(node, program);
  const rebuilt = planRebuild(node, program);
  return {
    node: (inSitu ?? rebuilt).node,
    inSitu: inSitu?.file.length ?? '-',
    rebuilt: rebuilt.file.length,
  };
}

function filesOf({ how, folder }) {
  const laidOut = (old, name) => {
    const fresh = read(folder, name);
    return how === null ? fresh : { bytes: arrange(old, fresh, how).elf, file: name };
  };
  const bare = read(folder, 'v0.1');
  const base = how?.calls
    ? {
        bytes: arrange(bare, bare, { functions: false, variables: false, calls: true }).elf,
        file: 'v0.1',
      }
    : bare;
  const [v11, v13] = [laidOut(base, 'v0.11'), laidOut(base, 'v0.13')];
  const v20 = laidOut(v11, 'v0.2');
  const a = update(freshNode(programOf(base)), v11);
  const b = update(freshNode(programOf(base)), v13);
  const c = update(a.node, v20);
  const d = update(c.node, laidOut(v20, 'v0.21'));
  const e = update(b.node, laidOut(v13, 'v0.2'));
  return [a.inSitu, b.inSitu, c.inSitu, d.inSitu, d.rebuilt, e.inSitu, e.rebuilt];
}

const row = (...cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
row('arranged', 'A', 'B', 'C', 'D in situ', 'D rebuilt', 'E in situ', 'E rebuilt');
row(...Array(8).fill('---'));
for (const mode of MODES) if (mode.folder !== undefined) row(mode.what, ...filesOf(mode));
