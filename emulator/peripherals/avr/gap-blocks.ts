/** Peripherals of the ATmega32U4 that are declared as gaps: the USB controller and the analog comparator.
 *  Source: ATmega16U4/32U4 datasheet, "USB Controller", "USB Device", "Analog Comparator"; iom32u4.h.
 *  The USB registers keep what is written and report no host: no VBUS, no event, no endpoint ready, so that
 *  firmware with USB runs on and times out. */

import { bit, bits, gap, gapRegister, type Register, register } from '../../machine/registers.ts';
import type { IoSpace } from './io-space.ts';

const NO_USB = 'USB is not modelled: there is no host';
const usb = (name: string, at: number, reset = 0): Register =>
  gapRegister(name, { at, width: 8, reset }, NO_USB);

const STORED: readonly Register[] = [
  usb('UHWCON', 0xd7),
  usb('USBCON', 0xd8, 0x20),
  usb('UDCON', 0xe0, 0x01),
  usb('UDIEN', 0xe2),
  usb('UDADDR', 0xe3),
  usb('UENUM', 0xe9),
  usb('UERST', 0xea),
  usb('UECONX', 0xeb),
  usb('UECFG0X', 0xec),
  usb('UECFG1X', 0xed),
  usb('UEIENX', 0xf0),
];
/** Flags, states and counts: nothing ever happens. */
const SILENT: readonly Register[] = [
  usb('USBSTA', 0xd9),
  usb('USBINT', 0xda),
  usb('UDINT', 0xe1),
  usb('UDFNUML', 0xe4),
  usb('UDFNUMH', 0xe5),
  usb('UDMFN', 0xe6),
  usb('UEINTX', 0xe8),
  usb('UESTA0X', 0xee),
  usb('UESTA1X', 0xef),
  usb('UEDATX', 0xf1),
  usb('UEBCLX', 0xf2),
  usb('UEBCHX', 0xf3),
  usb('UEINT', 0xf4),
];
export const USB_REGISTERS: readonly Register[] = [...STORED, ...SILENT];

const NO_COMPARATOR = 'the analog comparator is not modelled: its output stays 0';
export const ACSR = register(
  'ACSR',
  { at: 0x50, width: 8 },
  { ACD: bit(7), AC: gap(bits(6, 0), NO_COMPARATOR) },
);

export function declareGapBlocks(io: IoSpace): void {
  io.declare('USB', USB_REGISTERS);
  for (const reg of SILENT) io.hook(reg, { read: () => 0, pure: true });
  io.declare('analog comparator', [ACSR]);
  /** ACO and ACI are flags of the hardware. */
  io.hook(ACSR, { write: () => io.set(ACSR, io.value(ACSR) & 0xcf) });
}
