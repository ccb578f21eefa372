// Rebuilds every image of this fixture byte for byte: node firmware-fixtures/atmega32u4/build.mjs [--check] [name...]
// Toolchain: Debian's gcc-avr, binutils-avr and avr-libc, and patch.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const PREFIX = 'avr-';
const FLAGS = [
  '-mmcu=atmega32u4', '-DF_CPU=16000000UL', '-std=gnu11', '-Os', '-fno-common',
  '-ffunction-sections', '-fdata-sections', '-fshort-enums', '-Wall', '-Wextra', '-Werror', '-g0', '-Wl,--gc-sections',
];
/** What brings the agent under 4,096 bytes: found by trying, one after the other. */
const AGENT_FLAGS = [
  '-mcall-prologues', '-mrelax', '-flto', '-fwhole-program', '-fno-tree-pre', '-fira-algorithm=priority', '-fno-guess-branch-probability',
  '-mstrict-X', '-fno-ipa-cp', '-fno-tree-scev-cprop', '-frandom-seed=agent',
];
const BOOT_START = 0x7000;
const BOOT_BYTES = 0x1000;
/** Where a known-bad agent keeps its self-programming routine: in the RWW section. */
const RWW_CODE_AT = 0x6e00;
const APPLICATION_BYTES = 222 * 128;
const HEADER_AT = 0xb0;
const LENGTH_AT = HEADER_AT + 2;
const VERSION_AT = HEADER_AT + 10;
const CRC_AT = HEADER_AT + 14;
const DATA_ADDRESS = 0x800000;

const run = (tool, args, options = {}) =>
  execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** CRC-16 of the contract: reflected polynomial A001, start FFFF. */
export function crc16(bytes, start = 0xffff) {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

const sources = (work, folder) =>
  readdirSync(join(work, folder))
    .filter((name) => /\.[cS]$/.test(name))
    .sort()
    .map((name) => join(folder, name));

/** @returns elf and hex as bytes, and the flat image from its first byte. */
function finish(work, { isProgram, base }) {
  const at = (name) => join(work, 'out', name);
  run(`${PREFIX}objcopy`, ['-O', 'binary', 'out/image.elf', 'out/image.bin'], { cwd: work });
  const image = readFileSync(at('image.bin'));
  if (isProgram) {
    if (image.readUInt16LE(HEADER_AT) !== 0x444e) throw new Error('no header at 0xB0');
    if (image.length > APPLICATION_BYTES) throw new Error(`${image.length} bytes do not fit`);
    image.writeUInt16LE(image.length, LENGTH_AT);
    const covered = Buffer.concat([image.subarray(0, CRC_AT), image.subarray(CRC_AT + 2)]);
    image.writeUInt16LE(crc16(covered), CRC_AT);
    writeFileSync(at('text.bin'), image.subarray(0, textBytes(work)));
    run(`${PREFIX}objcopy`, ['--update-section', '.text=out/text.bin', 'out/image.elf'], { cwd: work });
  } else if (image.length > BOOT_BYTES && base === BOOT_START) {
    throw new Error(`boot section: ${image.length} bytes`);
  }
  run(`${PREFIX}objcopy`, ['-O', 'ihex', 'out/image.elf', 'out/image.hex'], { cwd: work });
  run(`${PREFIX}objcopy`, ['-O', 'binary', 'out/image.elf', 'out/again.bin'], { cwd: work });
  if (!readFileSync(at('again.bin')).equals(image)) throw new Error('the header went astray');
  return { elf: readFileSync(at('image.elf')), hex: readFileSync(at('image.hex')), image };
}

const sectionBytes = (work, section) => {
  const line = run(`${PREFIX}size`, ['-A', 'out/image.elf'], { cwd: work })
    .split('\n')
    .find((each) => each.startsWith(`${section} `));
  return line === undefined ? 0 : Number(line.split(/\s+/)[1]);
};
const textBytes = (work) => sectionBytes(work, '.text');

/** Names that the compiler makes up for its temporary files. */
const stripTemporaries = (work) =>
  run(`${PREFIX}objcopy`, ['--wildcard', '--strip-symbol=*.ltrans*.o', '--strip-symbol=cc*.o', 'out/image.elf'],
    { cwd: work });

function buildBoot(work, folder) {
  const files = sources(work, `src/${folder}`);
  if (folder === 'agent') files.push('src/common/xtea.c');
  run(`${PREFIX}gcc`, [...FLAGS, ...AGENT_FLAGS, '-nostartfiles', `-Isrc/${folder}`, '-Isrc/common',
    `-Wl,--section-start=.text=0x${BOOT_START.toString(16)}`,
    `-Wl,--section-start=.rwwcode=0x${RWW_CODE_AT.toString(16)}`, ...files, '-o', 'out/image.elf'], { cwd: work });
  stripTemporaries(work);
  if (sectionBytes(work, '.data') !== 0) throw new Error(`${folder}: .data is not empty`);
  const hasRww = sectionBytes(work, '.rwwcode') !== 0;
  return finish(work, { isProgram: false, base: hasRww ? RWW_CODE_AT : BOOT_START });
}

/** The order of the objects is the order of the code: it is listed, from which version on it holds. */
function buildApp(work, version, options) {
  const orders = JSON.parse(readFileSync(join(work, 'src/app/order.json'), 'utf8'));
  const order = orders[Object.keys(orders).filter((from) => Number(from) <= version).at(-1)];
  const objects = [];
  for (const file of order) {
    const name = file.split('/').pop();
    const object = `out/${name}.o`;
    run(`${PREFIX}gcc`, [...FLAGS, '-Isrc/app', '-Isrc/common', '-Isrc/shared',
      `-DNODE_VERSION=${version}`, '-DAPP_VERSION=100',
      ...(options?.[name] ?? []), '-c', `src/${file}`, '-o', object], { cwd: work });
    objects.push(object);
  }
  run(`${PREFIX}gcc`, [...FLAGS, ...objects, '-o', 'out/image.elf'], { cwd: work });
  return finish(work, { isProgram: true, base: 0 });
}

/** Build one image from a copy of the sources, patched when it is a known-bad one. */
function build({ role, patch, version, options, folder }) {
  const work = mkdtempSync(join(tmpdir(), 'atmega32u4-'));
  try {
    cpSync(join(here, 'src'), join(work, 'src'), { recursive: true });
    cpSync(join(here, '..', 'common'), join(work, 'src', 'shared'), { recursive: true });
    mkdirSync(join(work, 'out'));
    if (patch !== null) {
      const file = join(here, 'known-bad', `${patch}.patch`);
      const text = readFileSync(file, 'utf8');
      if (text.match(/^@@ /gm)?.length !== 1) throw new Error(`${patch}: not exactly one hunk`);
      run('patch', ['-p1', '--fuzz=0', '--no-backup-if-mismatch', '-i', file], { cwd: work });
    }
    return role === 'app' ? buildApp(work, version, options) : buildBoot(work, folder ?? 'agent');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const plan = JSON.parse(readFileSync(join(here, 'scenarios.json'), 'utf8'));
const isCheck = process.argv.includes('--check');
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const manifestPath = join(here, 'manifest.json');
const before = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, 'utf8')) : null;
const images = [];
let differing = 0;
for (const wanted of plan.images) {
  const { name, role, version = null, patch = null, options = null, folder = null } = wanted;
  const known = before?.images.find((image) => image.name === name);
  if (only.length > 0 && !only.includes(name)) {
    if (known) images.push(known);
    continue;
  }
  const { elf, hex, image } = build({ role, patch, version, options, folder });
  const entry = {
    name, role, file: `images/${name}.hex`, elf: `images/${name}.elf`,
    sha256: sha256(hex), elfSha256: sha256(elf),
    version: role === 'app' ? image.toString('latin1', VERSION_AT, VERSION_AT + 4) : null,
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
} else {
  const toolchain = run(`${PREFIX}gcc`, ['--version']).split('\n')[0];
  const manifest = { toolchain, images, scenarios: plan.scenarios };
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
}
