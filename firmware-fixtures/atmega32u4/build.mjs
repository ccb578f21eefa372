// Rebuilds every image of this fixture byte for byte: node firmware-fixtures/atmega32u4/build.mjs [--check] [name...]
// Toolchain: Debian's gcc-avr, binutils-avr and avr-libc, and patch.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImages, run } from '../build-images.mjs';

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

/** CRC-16 of the contract: reflected polynomial A001, start FFFF. */
function crc16(bytes, start = 0xffff) {
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

buildImages({
  here,
  compiler: `${PREFIX}gcc`,
  versionAt: VERSION_AT,
  build: (work, { role, version, options, folder }) =>
    role === 'app' ? buildApp(work, version, options) : buildBoot(work, folder ?? 'agent'),
});
