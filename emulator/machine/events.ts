/** Typed events: everything a machine does that its model does not fully cover, or that firmware
 *  should not have done. Each kind has a policy; nothing is silently a no-op (DESIGN.md 3.5). */

export type Policy = 'ignore' | 'record' | 'stop';

/** kind → what it means. Add new kinds here: `flashrig gaps` and the tests read this table. */
export const EVENT_KINDS = {
  'gap-register': 'a register or bit that is declared but not modelled was touched',
  'reserved-bit': 'a reserved bit was written with a value other than its reset value',
  'read-only-write': 'a read-only register was written',
  'unpowered-access': 'a register of a peripheral whose clock is off was accessed',
  'pin-not-selected': 'a peripheral used a pin that the pin connect block does not give it',
  'unmapped-access': 'an address with nothing behind it was accessed',
  'undefined-instruction': 'the CPU met an undefined instruction',
  'unpredictable-instruction': 'the manual leaves the result of this instruction open',
  'unaligned-access': 'a word or halfword was accessed at an unaligned address',
  'flash-busy-access': 'flash was accessed while an erase or program was running in it',
  'flash-protected': 'a sector was erased or programmed without being prepared',
  'spm-ignored': 'a store-program-memory command or instruction had no effect',
  'eeprom-ignored': 'an EEPROM access had no effect',
  'flash-line-reprogrammed':
    'a programmed ECC line was programmed with different data without an erase',
  'flash-uncorrectable': 'a flash line with an uncorrectable ECC was read',
  'flash-corrected': 'a flash line was read with one bit corrected by ECC',
  'flash-weak-read': 'a cell left weak by a power cut was read',
  'flash-worn': 'a sector passed its guaranteed number of erases',
  'clock-inexact': 'a clock ratio is not a whole number of root ticks and was rounded',
  'clock-illegal': 'the clocks are outside what the data sheet allows',
  'flash-clock-range': 'flash was erased or programmed with its clock outside the data sheet',
  'flash-access-violation': 'an access that the flash controller does not allow just now',
  'flash-key-violation': 'a register of the flash controller was written without its key',
  'flash-undervoltage': 'flash was erased or programmed below its lowest supply, without effect',
  'flash-program-time':
    'a block was programmed for longer than the data sheet allows between erases',
  'flash-erase-short': 'a segment was programmed after too little time of mass erase',
  'register-width': 'a register was accessed with a width that its module does not have',
  'watchdog-reset': 'the watchdog reset the chip',
  'uart-overrun': 'a received character was lost because the FIFO was full',
  'uart-framing': 'a character was received with settings that do not match the sender',
  'rom-parameter': 'a ROM service was called with parameters its manual excludes',
} as const;

export type EventKind = keyof typeof EVENT_KINDS;

export interface MachineEvent {
  readonly kind: EventKind;
  /** Root-clock tick. */
  readonly at: number;
  /** Program counter of the instruction that caused it, or -1. */
  readonly pc: number;
  /** Address, register or sector concerned. */
  readonly where: string;
  readonly detail: string;
}

export class EventLog {
  readonly #policies = new Map<EventKind, Policy>();
  readonly #counts = new Map<string, { event: MachineEvent; count: number }>();
  /** Set by a `stop` policy; the machine's run loop reads and clears it. */
  stopRequested: MachineEvent | null = null;
  onEvent: ((event: MachineEvent) => void) | null = null;
  /** Events recorded since the log was made, each occurrence counted. */
  raised = 0;

  setPolicy(kind: EventKind, policy: Policy): void {
    this.#policies.set(kind, policy);
  }
  raise(event: MachineEvent): void {
    const policy = this.#policies.get(event.kind) ?? 'record';
    if (policy === 'ignore') return;
    this.raised++;
    const key = `${event.kind} ${event.where}`;
    const known = this.#counts.get(key);
    if (known) known.count++;
    else this.#counts.set(key, { event, count: 1 });
    this.onEvent?.(event);
    if (policy === 'stop') this.stopRequested = event;
  }
  /** One row for each kind and place, first occurrence first. */
  summary(): { event: MachineEvent; count: number }[] {
    return [...this.#counts.values()];
  }
  clear(): void {
    this.#counts.clear();
    this.stopRequested = null;
  }
}
