// Rebuilds every image of this fixture byte for byte: node firmware-fixtures/msp430f1611/build.mjs [--check] [name...]
// Toolchain: Debian's clang-14, lld-14 and llvm-14, and patch.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImages, run } from '../build-images.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CLANG = 'clang-14';
const FLAGS = [
  '--target=msp430-none-elf', '-mmcu=msp430f1611', '-mhwmult=none', '-std=gnu11', '-Os', '-ffreestanding', '-fno-common',
  '-ffunction-sections', '-fdata-sections', '-fno-unwind-tables', '-fno-asynchronous-unwind-tables',
  '-Wall', '-Wextra', '-Werror', '-g0',
];
const APP_START = 0x4000;
const APP_BYTES = 0x9000;
const HEADER_AT = 0x20;
const LENGTH_AT = HEADER_AT + 2;
const VERSION_AT = HEADER_AT + 10;
const CRC_AT = HEADER_AT + 14;

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

/** Objects in the order of the files, which is the order of the code. */
function compile(work, files, includes, defines) {
  return files.map((file) => {
    const object = `out/${file.replace(/^src\//, '')}.o`;
    mkdirSync(join(work, dirname(object)), { recursive: true });
    run(CLANG, [...FLAGS, ...includes.map((folder) => `-I${folder}`), ...defines, '-c', file, '-o', object], { cwd: work });
    return object;
  });
}

/** @returns where the bytes of an address below a segment's end stand in the file. */
function fileOffset(elf, address) {
  const table = elf.readUInt32LE(28);
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const at = table + i * elf.readUInt16LE(42);
    const start = elf.readUInt32LE(at + 12);
    const isLoad = elf.readUInt32LE(at) === 1;
    if (isLoad && address >= start && address < start + elf.readUInt32LE(at + 16)) return elf.readUInt32LE(at + 4) + address - start;
  }
  throw new Error(`nothing at ${address.toString(16)}`);
}

/** Fills in length and CRC-16, in the ELF file: hex and flat image are made from it. */
function fillHeader(work, image) {
  const path = join(work, 'out/image.elf');
  const elf = readFileSync(path);
  const put = (value, at) => {
    image.writeUInt16LE(value, at);
    elf.writeUInt16LE(value, fileOffset(elf, APP_START + at));
  };
  if (image.toString('latin1', HEADER_AT, HEADER_AT + 2) !== 'EZ') throw new Error('no header at 0x4020');
  if (image.length > APP_BYTES) throw new Error(`${image.length} bytes do not fit`);
  put(image.length, LENGTH_AT);
  put(crc16(Buffer.concat([image.subarray(0, CRC_AT), image.subarray(CRC_AT + 2)])), CRC_AT);
  writeFileSync(path, elf);
}

function flatImage(work) {
  run('llvm-objcopy-14', ['-O', 'binary', 'out/image.elf', 'out/image.bin'], { cwd: work });
  return readFileSync(join(work, 'out/image.bin'));
}

function link(work, script, objects, flags, isProgram) {
  run('ld.lld-14', ['-T', script, '--gc-sections', '--emit-relocs', '--fatal-warnings', ...flags, ...objects, '-o', 'out/image.elf'],
    { cwd: work });
  const image = flatImage(work);
  if (isProgram) fillHeader(work, image);
  if (!flatImage(work).equals(image)) throw new Error('the header went astray');
  return linked(work, image);
}

function linked(work, image) {
  run('llvm-objcopy-14', ['-O', 'ihex', 'out/image.elf', 'out/image.hex'], { cwd: work });
  return { elf: readFileSync(join(work, 'out/image.elf')), hex: readFileSync(join(work, 'out/image.hex')), image };
}

/** Image `of` laid out like image `like`, which the node holds: both are built before. Needs `npm run build`. */
function arrangeImage(work, { of, like, calls = false }) {
  const [older, fresh] = [like, of].map((name) => join(here, 'images', `${name}.elf`));
  const words = ['image', 'arrange', older, fresh, '--out', join(work, 'out/image.elf'), ...(calls ? ['--calls'] : [])];
  run(process.execPath, [join(here, '../../bin/flashrig.js'), ...words]);
  return linked(work, flatImage(work));
}

/** @param calls true: with an empty call-indirection table. Functions stay whole, as components have them: a change stays where it is made. Folders of src/app, in the order of the code; `link`: further flags for the linker, paths as src/.... */
function buildApp(work, { version, folders, defines = [], link: flags = [], calls = false }) {
  const paths = folders.map((folder) => `src/app/${folder}`);
  const files = [...paths.flatMap((path) => sources(work, path)), ...sources(work, 'src/lib'), ...(calls ? sources(work, 'src/lib/calls') : [])];
  const objects = compile(work, files, [...paths, 'src/lib', 'src/common'],
    ['-fno-inline', `-DAPP_VERSION="${version}"`, ...defines.map((each) => `-D${each}`)]);
  return link(work, 'src/lib/app.ld', objects, flags, true);
}

/** For size: it has 12 KB for good. */
function buildRuntime(work) {
  const library = sources(work, 'src/lib').filter((file) => !file.endsWith('/start.S'));
  const files = [...sources(work, 'src/runtime'), ...library];
  return link(work, 'src/runtime/link.ld', compile(work, files, ['src/runtime', 'src/lib', 'src/common'], ['-Oz']), [], false);
}

buildImages({
  here,
  compiler: CLANG,
  versionAt: VERSION_AT,
  build: (work, row) => {
    if (row.like !== undefined) return arrangeImage(work, row);
    return row.role === 'app' ? buildApp(work, row) : buildRuntime(work);
  },
});
