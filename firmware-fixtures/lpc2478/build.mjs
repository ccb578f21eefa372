// Rebuilds every image of this fixture byte for byte: node firmware-fixtures/lpc2478/build.mjs [--check] [name...]
// Toolchain: Debian's gcc-arm-none-eabi and binutils-arm-none-eabi; no C library is used.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImages, run } from '../build-images.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const PREFIX = 'arm-none-eabi-';
const FLAGS = [
  '-mcpu=arm7tdmi-s', '-mthumb-interwork', '-std=c11', '-ffreestanding', '-fno-builtin',
  '-ffunction-sections', '-fdata-sections', '-fno-common', '-Wall', '-Wextra', '-Werror', '-g0',
];
/** Compiled for the ARM instruction set; everything else is Thumb. */
const ARM_SOURCES = new Set(['crc.c', 'measure.c', 'sampling.c']);
/** What every start and every second waits for. */
const FAST_SOURCES = new Set(['crc.c', 'sampling.c', 'support.c']);
const VERSIONS = { v1: 100, v2: 110, v3: 120 };
const HEADER_AT = 0x20;
const VECTOR_SUM_AT = 0x14;

const CRC = Uint32Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});
const crc32 = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
};

/** Word at 0x14 of the vectors: makes the eight words sum to zero. */
function sumVectors(vectors) {
  let sum = 0;
  for (let at = 0; at < 32; at += 4) if (at !== VECTOR_SUM_AT) sum += vectors.readUInt32LE(at);
  vectors.writeUInt32LE(-sum >>> 0, VECTOR_SUM_AT);
}

function compile(work, folders, flags, objects) {
  for (const folder of folders) {
    const shared = folder === 'app' ? readdirSync(join(work, 'src', 'shared')) : [];
    const isShared = new Set(shared);
    const names = [...readdirSync(join(work, 'src', folder)), ...shared].filter((name) => /\.[cS]$/.test(name));
    for (const name of names.sort()) {
      const set = name.endsWith('.S') || ARM_SOURCES.has(name) ? '-marm' : '-mthumb';
      const object = join('out', `${folder}-${name}.o`);
      const speed = FAST_SOURCES.has(name) ? ['-O2'] : [];
      const include = [...folders, 'shared'].map((each) => `-I${join('src', each)}`);
      run(`${PREFIX}gcc`, [...FLAGS, ...flags, ...speed, set, ...include, `-ffile-prefix-map=${work}=.`,
        '-c', join('src', isShared.has(name) ? 'shared' : folder, name), '-o', object], { cwd: work });
      objects.push(object);
    }
  }
}

/** @returns elf and hex as bytes, and the length of the flat image. */
function link(work, script, objects, hasHeader) {
  const at = (name) => join(work, 'out', name);
  run(`${PREFIX}gcc`, ['-mcpu=arm7tdmi-s', '-mthumb', '-mthumb-interwork', '-nostdlib', '-static',
    '-Wl,--gc-sections', '-Wl,--build-id=none',
    `-T${script}`,
    ...objects, '-lgcc', '-o', 'out/image.elf'], { cwd: work });
  run(`${PREFIX}objcopy`, ['-O', 'binary', 'out/image.elf', 'out/image.bin'], { cwd: work });
  const image = readFileSync(at('image.bin'));
  sumVectors(image);
  if (hasHeader) {
    image.writeUInt32LE(image.length, HEADER_AT + 4);
    image.writeUInt32LE(0, HEADER_AT + 8);
    image.writeUInt32LE(crc32(image), HEADER_AT + 8);
  }
  const sections = hasHeader
    ? [['.vectors', 0, 0x20], ['.header', HEADER_AT, HEADER_AT + 0x20]]
    : [['.vectors', 0, 0x20]];
  for (const [name, from, to] of sections) {
    writeFileSync(at('part.bin'), image.subarray(from, to));
    run(`${PREFIX}objcopy`, ['--update-section', `${name}=out/part.bin`, 'out/image.elf'], { cwd: work });
  }
  run(`${PREFIX}objcopy`, ['-O', 'ihex', 'out/image.elf', 'out/image.hex'], { cwd: work });
  run(`${PREFIX}objcopy`, ['-O', 'binary', 'out/image.elf', 'out/again.bin'], { cwd: work });
  if (!readFileSync(at('again.bin')).equals(image)) throw new Error(`${script}: header went astray`);
  return { elf: readFileSync(at('image.elf')), hex: readFileSync(at('image.hex')), image };
}

function build(work, { role, version }) {
  const objects = [];
  if (role === 'boot') {
    compile(work, ['boot', 'common'], ['-Os'], objects);
    return link(work, 'src/boot/boot.ld', objects, false);
  }
  compile(work, ['app', 'common'], ['-Os', `-DAPP_VERSION=${VERSIONS[version]}`], objects);
  return link(work, 'src/app/app.ld', objects, true);
}

buildImages({ here, compiler: `${PREFIX}gcc`, versionAt: HEADER_AT + 12, build });
