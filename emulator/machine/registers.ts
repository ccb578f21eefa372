/** Declarations of registers: one table gives decode, reset value, access, and what is not modelled.
 *  Source: STYLE.md rule 4. Every bit of a register belongs to exactly one field, gap or reserved range;
 *  `register` refuses a declaration where that does not hold. Leaves out: behaviour (register-block.ts). */

/** `read-only` bits keep their value when the register around them is written. */
export type FieldKind = 'bits' | 'read-only' | 'gap' | 'reserved';

export interface Field {
  readonly kind: FieldKind;
  /** Unsigned 32-bit mask. */
  readonly mask: number;
  /** Why a gap is one. */
  readonly reason: string;
}

/** rw: stored. ro: a write is an event. wo: not stored, reads 0. w1c: a written 1 clears the bit. */
export type Access = 'rw' | 'ro' | 'wo' | 'w1c';

export interface RegisterOptions {
  /** Byte offset in its block: word-aligned, but for 8-bit registers, which stand anywhere. */
  readonly at: number;
  readonly reset?: number;
  readonly access?: Access;
  readonly width?: 8 | 16 | 32;
  /** Registers that share an offset and are told apart by a mode bit (UART DLAB). */
  readonly bank?: number;
}

export interface Register<Names extends string = string> {
  readonly name: string;
  readonly offset: number;
  readonly reset: number;
  readonly access: Access;
  readonly width: 8 | 16 | 32;
  readonly bank: number;
  readonly fields: Readonly<Record<Names, Field>>;
  /** Mask of each field, unsigned. */
  readonly mask: Readonly<Record<Names, number>>;
  /** The whole register is a gap: any touch is an event. */
  readonly isGap: boolean;
}

export interface GapRow {
  readonly register: string;
  /** `all`, or ranges such as `7:6`. */
  readonly bits: string;
  readonly reason: string;
}

export const bit = (n: number): Field => bits(n, n);

/** Datasheet order: high bit first. */
export const bits = (high: number, low: number): Field => {
  if (low < 0 || high > 31 || high < low) throw new RangeError(`no bits ${high}:${low}`);
  return { kind: 'bits', mask: ((2 ** (high - low + 1) - 1) * 2 ** low) >>> 0, reason: '' };
};
export const readOnly = (field: Field): Field => ({ ...field, kind: 'read-only' });
export const gap = (field: Field, reason: string): Field => ({ ...field, kind: 'gap', reason });
export const reserved = (...fields: Field[]): Field => ({
  kind: 'reserved',
  mask: fields.reduce((sum, field) => sum | field.mask, 0) >>> 0,
  reason: '',
});

export function register<Names extends string>(
  name: string,
  options: RegisterOptions,
  fields: Record<Names, Field>,
): Register<Names> {
  const { at, reset = 0, access = 'rw', width = 32, bank = 0 } = options;
  if (width === 32 && at % 4 !== 0)
    throw new RangeError(`${name}: offset 0x${at.toString(16)} is not word-aligned`);
  if (width === 16 && at % 2 !== 0)
    throw new RangeError(`${name}: offset 0x${at.toString(16)} is not even`);
  let seen = 0;
  const mask = {} as Record<Names, number>;
  for (const key of Object.keys(fields) as Names[]) {
    const field = fields[key];
    if ((seen & field.mask) !== 0) throw new RangeError(`${name}.${key}: a bit is declared twice`);
    seen |= field.mask;
    mask[key] = field.mask;
  }
  const whole = (2 ** width - 1) >>> 0;
  if (seen >>> 0 !== whole) {
    throw new RangeError(`${name}: bits ${formatBits((whole ^ seen) >>> 0)} are not as declared`);
  }
  const isGap = (Object.values(fields) as Field[]).every((field) => field.kind === 'gap');
  return { name, offset: at, reset: reset | 0, access, width, bank, fields, mask, isGap };
}

/** An 8-bit register that is one value. */
export const byteRegister = (name: string, at: number, options: Partial<RegisterOptions> = {}) =>
  wordRegister(name, { at, width: 8, ...options });

/** A register whose whole width is one value. */
export const wordRegister = (name: string, options: RegisterOptions): Register<'VALUE'> =>
  register(name, options, { VALUE: bits((options.width ?? 32) - 1, 0) });

/** A register that is there but has no model: it stores what is written and raises an event. */
export const gapRegister = (
  name: string,
  options: RegisterOptions,
  reason: string,
): Register<'VALUE'> =>
  register(name, options, { VALUE: gap(bits((options.width ?? 32) - 1, 0), reason) });

/** The value of a field: shifted down to bit 0. */
export const fieldOf = (value: number, mask: number): number => (value & mask) >>> lowestBit(mask);

/** Number of the lowest bit that is set; 32 for none. */
export const lowestBit = (mask: number): number =>
  mask === 0 ? 32 : 31 - Math.clz32(mask & -mask);

/** `7:6,2` for 0xc4. */
export function formatBits(mask: number): string {
  const ranges: string[] = [];
  for (let high = 31; high >= 0; high--) {
    if (((mask >>> high) & 1) === 0) continue;
    let low = high;
    while (low > 0 && ((mask >>> (low - 1)) & 1) === 1) low--;
    ranges.push(low === high ? `${high}` : `${high}:${low}`);
    high = low;
  }
  return ranges.join(',');
}

/** The gaps of a table of registers, in table order. */
export function gapsOf(prefix: string, registers: readonly Register[]): GapRow[] {
  return registers.flatMap((reg) =>
    Object.entries<Field>(reg.fields)
      .filter(([, field]) => field.kind === 'gap')
      .map(([, field]) => ({
        register: prefix + reg.name,
        bits: field.mask === (2 ** reg.width - 1) >>> 0 ? 'all' : formatBits(field.mask),
        reason: field.reason,
      })),
  );
}
