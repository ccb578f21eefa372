/** LPC2478: what is where. A table; the parts and their assembly are in emulator/peripherals/lpc2000.
 *  Source: LPC2478 data sheet Rev 3 (2011), UM10237; addresses as in the reference sheet, sections 2 and 9.
 *  Leaves out (declared as gaps below): everything that the update of a serial terminal does not use. */

import { createArm7tdmi } from '../cpu/arm7tdmi/index.ts';
import { LPC2478_ROM } from '../flash/lpc2000-commands.ts';
import { LPC2478_BOOT_BLOCK, LPC2478_FLASH } from '../flash/lpc2000-sectors.ts';
import type { GapRow } from '../machine/registers.ts';
import type { GapWindowRow } from '../machine/windows.ts';
import { Lpc2000Chip } from '../peripherals/lpc2000/chip.ts';
import type { Lpc2000Options, Lpc2000Table } from '../peripherals/lpc2000/chip-table.ts';
import { chipGaps } from '../peripherals/lpc2000/gaps.ts';
import { LPC2478_SUPPLY } from '../power/lpc2478-resets.ts';

const KB = 1024;
const MB = 1024 * KB;

/** Channels of the vectored interrupt controller. UM10237, "Connection of interrupt sources". */
const CHANNELS = {
  WDT: 0,
  TIMER0: 4,
  TIMER1: 5,
  UART0: 6,
  UART1: 7,
  RTC: 13,
  EINT0: 14,
  EINT1: 15,
  EINT2: 16,
  EINT3: 17,
  ADC: 18,
  BOD: 20,
  TIMER2: 26,
  TIMER3: 27,
  UART2: 28,
  UART3: 29,
} as const;

const apb = (name: string, address: number, reason: string): GapWindowRow => ({
  name,
  address,
  bytes: 16 * KB,
  reason,
});

// biome-ignore format: one window a line
const GAP_WINDOWS: readonly GapWindowRow[] = [
  apb('PWM0', 0xe0014000, 'pulse width modulation is not modelled'),
  apb('PWM1', 0xe0018000, 'pulse width modulation is not modelled'),
  apb('I2C0', 0xe001c000, 'the two-wire interface is not modelled'),
  apb('SPI', 0xe0020000, 'the serial peripheral interface is not modelled'),
  apb('SSP1', 0xe0030000, 'the synchronous serial port is not modelled'),
  apb('CANAFRAM', 0xe0038000, 'CAN is not modelled'),
  apb('CANAF', 0xe003c000, 'CAN is not modelled'),
  apb('CAN', 0xe0040000, 'CAN is not modelled'),
  apb('CAN1', 0xe0044000, 'CAN is not modelled'),
  apb('CAN2', 0xe0048000, 'CAN is not modelled'),
  apb('I2C1', 0xe005c000, 'the two-wire interface is not modelled'),
  apb('SSP0', 0xe0068000, 'the synchronous serial port is not modelled'),
  apb('DAC', 0xe006c000, 'the digital-to-analog converter is not modelled'),
  apb('I2C2', 0xe0080000, 'the two-wire interface is not modelled'),
  apb('I2S', 0xe0088000, 'the audio interface is not modelled'),
  apb('MCI', 0xe008c000, 'the card interface is not modelled'),
  apb('EMAC', 0xffe00000, 'Ethernet is not modelled'),
  apb('GPDMA', 0xffe04000, 'direct memory access is not modelled'),
  apb('EMC', 0xffe08000, 'the external memory controller is not modelled'),
  apb('USB', 0xffe0c000, 'USB is not modelled'),
  apb('LCD', 0xffe10000, 'the LCD controller is not modelled'),
  apb('PARTCFG', 0x3fff8000, 'part configuration is not modelled'),
  { name: 'EMC static banks', address: 0x80000000, bytes: 64 * MB, reason: 'no memory is connected' },
  { name: 'EMC dynamic banks', address: 0xa0000000, bytes: 1024 * MB, reason: 'no memory is connected' },
];

export const LPC2478: Lpc2000Table = {
  name: 'lpc2478',
  /** One CPU cycle at 72 MHz is 20 ticks, one of the 4 MHz IRC 360. */
  rootHz: 1_440_000_000,
  flash: LPC2478_FLASH,
  bootBlock: LPC2478_BOOT_BLOCK.address,
  rom: LPC2478_ROM,
  supply: LPC2478_SUPPLY,
  ram: [
    { name: 'SRAM', address: 0x4000_0000, bytes: 64 * KB },
    { name: 'USB RAM', address: 0x7fd0_0000, bytes: 16 * KB },
    { name: 'Ethernet RAM', address: 0x7fe0_0000, bytes: 16 * KB },
  ],
  batteryRam: { address: 0xe008_4000, bytes: 2 * KB },
  apb: { first: 0xe000_0000, windowBytes: 16 * KB, windows: 128 },
  ahb: { first: 0xffe0_0000, windowBytes: 16 * KB, windows: 128 },
  fastGpio: 0x3fff_c000,
  peripherals: {
    WDT: 0xe000_0000,
    TIMER0: 0xe000_4000,
    TIMER1: 0xe000_8000,
    UART0: 0xe000_c000,
    UART1: 0xe001_0000,
    RTC: 0xe002_4000,
    GPIO: 0xe002_8000,
    PIN_CONNECT: 0xe002_c000,
    ADC: 0xe003_4000,
    TIMER2: 0xe007_0000,
    TIMER3: 0xe007_4000,
    UART2: 0xe007_8000,
    UART3: 0xe007_c000,
    SYSTEM: 0xe01f_c000,
    VIC: 0xffff_f000,
  },
  channels: CHANNELS,
  /** PCONP bits. UM10237, "Power control for peripherals". */
  powerBits: {
    TIMER0: 1,
    TIMER1: 2,
    UART0: 3,
    UART1: 4,
    RTC: 9,
    ADC: 12,
    TIMER2: 22,
    TIMER3: 23,
    UART2: 24,
    UART3: 25,
  },
  gapWindows: GAP_WINDOWS,
};

export type Lpc2478 = Lpc2000Chip;
export type Lpc2478Options = Omit<Lpc2000Options, 'createCpu'> &
  Partial<Pick<Lpc2000Options, 'createCpu'>>;

/** The chip without supply: call `powerOn`. */
export const createLpc2478 = (options: Lpc2478Options): Lpc2478 =>
  new Lpc2000Chip(LPC2478, { createCpu: createArm7tdmi, ...options });

export const lpc2478Gaps = (): GapRow[] => chipGaps(LPC2478);
