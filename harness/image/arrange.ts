/** How to link a new version so that it lies where the old one lay: functions and constants in the old order,
 *  variables at the old addresses. For a link in two steps: a draft, then the same with what this gives.
 *  Source: Qiu et al. 2014, 5.2 "Function Rearrangement"; Panta et al. (Zephyr, Hermes) for variables.
 *  Needs one section a symbol (-ffunction-sections, -fdata-sections). Names that occur twice are left to the
 *  linker. Leaves out: calls through a table (5.3), which is for the program's own link. */

import { ElfFile, type ElfSymbol } from './elf-file.ts';

export interface Arrangement {
  /** For ld.lld --symbol-ordering-file: a name a line. */
  readonly symbolOrder: string;
  /** For a linker script, in front of `*(.data .data.*)` and of `*(.bss .bss.*)`. */
  readonly dataPins: string;
  readonly bssPins: string;
}

const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const STT_OBJECT = 1;
const STT_FUNC = 2;

type Home = 'flash' | 'data' | 'bss';

interface Named extends ElfSymbol {
  readonly home: Home;
}

/** @param oldName @param draftName of the files, for errors. */
export function arrange(
  old: { readonly bytes: Uint8Array; readonly file: string },
  draft: { readonly bytes: Uint8Array; readonly file: string },
): Arrangement {
  const before = namedSymbols(new ElfFile(old.bytes, old.file));
  const after = namedSymbols(new ElfFile(draft.bytes, draft.file));
  const kept = [...before.values()]
    .filter(({ name, home }) => after.get(name)?.home === home)
    .sort((a, b) => a.value - b.value);
  const inFlash = kept.filter(({ home }) => home === 'flash');
  const data = pinned(kept, after, 'data', 0);
  const bss = pinned(kept, after, 'bss', endOf(data, after, 'data'));
  return {
    symbolOrder: inFlash.map(({ name }) => `${name}\n`).join(''),
    dataPins: pinText(data),
    bssPins: pinText(bss),
  };
}

/** Functions and objects whose name occurs once. */
function namedSymbols(elf: ElfFile): Map<string, Named> {
  const found = new Map<string, Named>();
  const twice = new Set<string>();
  const table = elf.sections.find(({ type }) => type === SHT_SYMTAB);
  for (const symbol of table === undefined ? [] : elf.symbolsOf(table)) {
    const section = elf.sections[symbol.section];
    const kind = symbol.info & 15;
    if (kind !== STT_OBJECT && kind !== STT_FUNC) continue;
    if (section === undefined || (section.flags & SHF_ALLOC) === 0) continue;
    if (found.has(symbol.name)) twice.add(symbol.name);
    const isVariable = (section.flags & SHF_WRITE) !== 0;
    const home = !isVariable ? 'flash' : section.type === SHT_NOBITS ? 'bss' : 'data';
    found.set(symbol.name, { ...symbol, home });
  }
  for (const name of twice) found.delete(name);
  return found;
}

/** Variables that still fit where they were. */
const pinned = (
  kept: readonly Named[],
  after: ReadonlyMap<string, Named>,
  home: Home,
  from: number,
): Named[] =>
  kept.filter((one) => {
    return one.home === home && one.value >= from && after.get(one.name)!.size <= one.size;
  });

/** Address that the rest of a section cannot go beyond, behind what is pinned in it. */
function endOf(pins: readonly Named[], after: ReadonlyMap<string, Named>, home: Home): number {
  const isPinned = new Set(pins.map(({ name }) => name));
  let end = pins.reduce((most, { value, size }) => Math.max(most, value + size), 0);
  for (const { name, size, home: its } of after.values()) {
    // Each may need a byte of alignment.
    if (its === home && !isPinned.has(name)) end += size + (size & 1);
  }
  return end + (end & 1);
}

const pinText = (pins: readonly Named[]): string =>
  pins
    .map(({ name, value, home }) => `. = 0x${value.toString(16)}; *(.${home}.${name})\n`)
    .join('');
