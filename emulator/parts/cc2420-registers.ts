/** Registers, strobes and memory of the CC2420. A table.
 *  Source: CC2420 data sheet SWRS041, "Configuration Registers", "RAM memory map". Leaves out: test registers,
 *  which read 0 and keep what is written. */

export const STROBES = {
  SNOP: 0x00,
  SXOSCON: 0x01,
  STXCAL: 0x02,
  SRXON: 0x03,
  STXON: 0x04,
  STXONCCA: 0x05,
  SRFOFF: 0x06,
  SXOSCOFF: 0x07,
  SFLUSHRX: 0x08,
  SFLUSHTX: 0x09,
  SACK: 0x0a,
  SACKPEND: 0x0b,
} as const;

export const MDMCTRL0 = 0x11;
export const RSSI = 0x13;
export const FSCTRL = 0x18;
export const IOCFG0 = 0x1c;
export const IOCFG1 = 0x1d;
export const TXFIFO = 0x3e;
export const RXFIFO = 0x3f;
export const REGISTERS = 0x40;

/** Reset values by address. */
export const RESET_VALUES: Readonly<Record<number, number>> = {
  16: 0xf800,
  17: 0x0ae2,
  19: 0xe080,
  20: 0xa70f,
  21: 0xa0ff,
  22: 0x12e5,
  23: 0x0a56,
  24: 0x4165,
  25: 0x03c4,
  28: 0x0040,
  30: 0x233d,
  31: 0x3000,
  32: 0x7a94,
  33: 0xffff,
  35: 0x07f0,
};

/** MDMCTRL0. */
export const ADR_DECODE = 1 << 11;
export const AUTOCRC = 1 << 5;
export const AUTOACK = 1 << 4;
export const PREAMBLE_LENGTH = 0x0f;
/** FSCTRL: MHz above the first. */
export const FREQ = 0x3ff;
export const FIRST_MHZ = 2048;
/** IOCFG0: polarity, 1 = the pin is inverted; number of bytes above which FIFOP goes high. */
export const FIFO_INVERTED = 1 << 10;
export const FIFOP_INVERTED = 1 << 9;
export const SFD_INVERTED = 1 << 8;
export const CCA_INVERTED = 1 << 7;
export const FIFOP_THRESHOLD = 0x7f;
/** IOCFG1: what the CCA pin shows. */
export const CCAMUX = 0x1f;
export const CCAMUX_XOSC16M_STABLE = 24;

/** Bytes of RAM. */
export const TXFIFO_AT = 0;
export const RXFIFO_AT = 0x80;
export const FIFO_BYTES = 128;
export const PANID_AT = 0x168;
export const SHORT_AT = 0x16a;
export const IEEE_AT = 0x160;
export const RAM_BYTES = 0x170;

/** Status byte. */
export const XOSC16M_STABLE = 0x40;
export const TX_UNDERFLOW = 0x20;
export const TX_ACTIVE = 0x08;
export const LOCK = 0x04;
export const RSSI_VALID = 0x02;

/** Frame check sequence of IEEE 802.15.4: x^16 + x^12 + x^5 + 1, least significant bit first. */
export function frameCheck(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}
