// What the fixtures' build scripts have in common: a copy of the sources, patched when it is a known-bad one, and the
// walk over the images of scenarios.json, whose result is manifest.json. Leaves out: compilers, flags, headers.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns what the tool prints; it throws when the tool fails. */
export const run = (tool, args, options = {}) =>
  execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Calls `build` with a folder that holds src (the common modules in src/shared, `patch` applied) and an empty out. */
function inCopy(here, patch, build) {
  const work = mkdtempSync(join(tmpdir(), 'fixture-'));
  try {
    cpSync(join(here, 'src'), join(work, 'src'), { recursive: true });
    cpSync(join(here, '..', 'common'), join(work, 'src', 'shared'), { recursive: true });
    mkdirSync(join(work, 'out'));
    if (patch !== undefined) {
      const file = join(here, 'known-bad', `${patch}.patch`);
      const text = readFileSync(file, 'utf8');
      if (text.match(/^@@ /gm)?.length !== 1) throw new Error(`${patch}: not exactly one hunk`);
      run('patch', ['-p1', '--fuzz=0', '--no-backup-if-mismatch', '-i', file], { cwd: work });
    }
    return build(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Does what the command line says: [--check] [name...].
 *  @param here folder of the fixture.
 *  @param compiler whose first line of `--version` is noted.
 *  @param versionAt where the four ASCII bytes of the version stand in an application's flat image.
 *  @param build (folder of the copy, row of scenarios.json) gives { elf, hex, image }, bytes each. */
export function buildImages({ here, compiler, versionAt, build }) {
  const isCheck = process.argv.includes('--check');
  const only = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const plan = JSON.parse(readFileSync(join(here, 'scenarios.json'), 'utf8'));
  const manifestPath = join(here, 'manifest.json');
  const before = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, 'utf8')) : null;
  const images = [];
  let differing = 0;
  for (const wanted of plan.images) {
    const { name, role, patch } = wanted;
    const known = before?.images.find((image) => image.name === name);
    if (only.length > 0 && !only.includes(name)) {
      if (known) images.push(known);
      continue;
    }
    const { elf, hex, image } = inCopy(here, patch, (work) => build(work, wanted));
    const entry = {
      name, role, file: `images/${name}.hex`, elf: `images/${name}.elf`,
      sha256: sha256(hex), elfSha256: sha256(elf),
      version: role === 'app' ? image.toString('latin1', versionAt, versionAt + 4) : null,
      bytes: image.length, source: patch ?? 'reference',
    };
    images.push(entry);
    if (isCheck) {
      const same = known?.sha256 === entry.sha256 && known?.elfSha256 === entry.elfSha256 &&
        sha256(readFileSync(join(here, entry.file))) === entry.sha256;
      if (!same) differing++;
      console.log(`${same ? 'same     ' : 'DIFFERENT'} ${name}`);
    } else {
      mkdirSync(join(here, 'images'), { recursive: true });
      writeFileSync(join(here, entry.file), hex);
      writeFileSync(join(here, entry.elf), elf);
      console.log(`${name}: ${entry.bytes} bytes, sha256 ${entry.sha256.slice(0, 16)}`);
    }
  }
  if (isCheck) {
    console.log(`${images.length} images, ${differing} differ`);
    process.exitCode = differing === 0 ? 0 : 1;
    return;
  }
  const toolchain = run(compiler, ['--version']).split('\n')[0];
  writeFileSync(manifestPath, `${JSON.stringify({ toolchain, images, scenarios: plan.scenarios }, null, 2)}\n`);
}
