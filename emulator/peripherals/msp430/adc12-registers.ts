/** Registers of the ADC12 of the MSP430F1611, and its sample times.
 *  Source: MSP430x1xx family user's guide, "ADC12"; msp430f1611.h. Leaves out: behaviour (adc12.ts). */

import {
  bit,
  bits,
  byteRegister,
  type Register,
  readOnly,
  register,
  wordRegister,
} from '../../machine/registers.ts';

export const MEMORIES = 16;
const each = Array.from({ length: MEMORIES }, (_, n) => n);

export const ADC12 = {
  CTL0: register(
    'ADC12CTL0',
    { at: 0x1a0, width: 16 },
    {
      SHT1: bits(15, 12),
      SHT0: bits(11, 8),
      MSC: bit(7),
      REF2_5V: bit(6),
      REFON: bit(5),
      ADC12ON: bit(4),
      OVIE: bit(3),
      TOVIE: bit(2),
      ENC: bit(1),
      SC: bit(0),
    },
  ),
  CTL1: register(
    'ADC12CTL1',
    { at: 0x1a2, width: 16 },
    {
      CSTARTADD: bits(15, 12),
      SHS: bits(11, 10),
      SHP: bit(9),
      ISSH: bit(8),
      DIV: bits(7, 5),
      SSEL: bits(4, 3),
      CONSEQ: bits(2, 1),
      BUSY: readOnly(bit(0)),
    },
  ),
  IFG: wordRegister('ADC12IFG', { at: 0x1a4, width: 16 }),
  IE: wordRegister('ADC12IE', { at: 0x1a6, width: 16 }),
  IV: wordRegister('ADC12IV', { at: 0x1a8, width: 16 }),
  MEM: each.map((n) => wordRegister(`ADC12MEM${n}`, { at: 0x140 + 2 * n, width: 16 })),
  MCTL: each.map((n) => byteRegister(`ADC12MCTL${n}`, 0x80 + n)),
};
export const ADC12_REGISTERS: readonly Register[] = [
  ADC12.CTL0,
  ADC12.CTL1,
  ADC12.IFG,
  ADC12.IE,
  ADC12.IV,
  ...ADC12.MEM,
  ...ADC12.MCTL,
];

/** ADC12CLKs of the sampling timer by SHTx. */
export const SAMPLE_CLOCKS = [
  4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1024, 1024, 1024,
] as const;
/** Bits that cannot be changed while ENC is set. */
const { SHT1, SHT0, MSC, REF2_5V, REFON, ADC12ON } = ADC12.CTL0.mask;
export const LOCKED_CTL0 = SHT1 | SHT0 | MSC | REF2_5V | REFON | ADC12ON;
export const LOCKED_CTL1 = 0xffff & ~ADC12.CTL1.mask.CONSEQ;
