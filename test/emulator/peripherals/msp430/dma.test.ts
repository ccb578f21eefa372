/** DMA controller of the MSP430F1611: single and block transfers, increments, triggers, priority.
 *  Source: MSP430x1xx family user's guide, "DMA Controller". */

import { expect, test } from 'vitest';
import { DMA_TRIGGERS, Msp430Dma } from '../../../../emulator/peripherals/msp430/dma.ts';
import { mspRig } from './rig.ts';

const CTL0 = 0x122;
const CTL = (n: number) => 0x1e0 + 8 * n;
const SZ = (n: number) => 0x1e6 + 8 * n;
const EN = 0x10;
const IFG = 8;
const IE = 4;
const REQ = 1;
const BLOCK = 0x1000;
const REPEATED = 0x4000;
const SRC_UP = 0x300;
const DST_UP = 0xc00;
const FROM = 0x2000;
const TO = 0x2800;

function dmaRig() {
  const rig = mspRig();
  const { machine } = rig;
  const ram = machine.memory.bulk('RAM', 0x2000);
  machine.bus.mapMemory(0x2000, ram.offset, 0x2000, true);
  const seen = { held: false, acknowledged: [] as number[] };
  const dma = new Msp430Dma(machine, rig.registers, rig.interrupts, {
    hold: (on) => {
      seen.held = on;
    },
    acknowledge: (trigger) => seen.acknowledged.push(trigger),
  });
  for (let i = 0; i < 4; i++) machine.bus.write(FROM + 2 * i, 2, 0x1111 * (i + 1));
  return {
    ...rig,
    dma,
    seen,
    set(n: number, control: number, size: number) {
      rig.store(CTL(n) + 2, FROM);
      rig.store(CTL(n) + 4, TO);
      rig.store(SZ(n), size);
      rig.store(CTL(n), control | EN);
    },
    passCycles: (cycles: number) =>
      machine.runUntil(machine.now + cycles * machine.scheduler.ticksPerCycle),
    words: (n: number) => Array.from({ length: n }, (_, i) => machine.bus.read(TO + 2 * i, 2)),
  };
}

test('single: one word a trigger, each two MCLK with the CPU held; IFG and reload at the end', () => {
  const rig = dmaRig();
  rig.set(0, SRC_UP | DST_UP | IE, 2);
  rig.store(CTL(0), SRC_UP | DST_UP | IE | EN | REQ);
  rig.passCycles(1);
  expect([rig.seen.held, rig.words(1)[0]]).toEqual([true, 0]);
  rig.passCycles(1);
  expect([rig.seen.held, rig.load(SZ(0))]).toEqual([false, 1]);
  expect(rig.words(2)).toEqual([0x1111, 0]);
  expect(rig.lines.size).toBe(0);
  rig.store(CTL(0), SRC_UP | DST_UP | IE | EN | REQ);
  rig.passCycles(2);
  expect(rig.words(2)).toEqual([0x1111, 0x2222]);
  expect([rig.load(CTL(0)) & (EN | IFG), rig.load(SZ(0))]).toEqual([IFG, 2]);
  expect([...rig.lines]).toEqual([rig.VECTORS.DACDMA]);
});
test('block: all words for one trigger', () => {
  const rig = dmaRig();
  rig.set(1, BLOCK | SRC_UP | DST_UP, 4);
  rig.store(CTL(1), BLOCK | SRC_UP | DST_UP | EN | REQ);
  rig.passCycles(7);
  expect(rig.seen.held).toBe(true);
  rig.passCycles(1);
  expect(rig.words(4)).toEqual([0x1111, 0x2222, 0x3333, 0x4444]);
  expect(rig.seen.held).toBe(false);
});
test('bytes, downwards and fixed: byte to word clears the high byte', () => {
  const rig = dmaRig();
  rig.set(0, BLOCK | 0x200 | 0x40, 1);
  rig.store(CTL(0), BLOCK | 0x200 | 0x40 | EN | REQ);
  rig.passCycles(2);
  expect(rig.words(1)).toEqual([0x0011]);
});
test('a trigger starts only what is enabled and waits for it, and is acknowledged', () => {
  const rig = dmaRig();
  rig.store(CTL0, DMA_TRIGGERS.taccr2 | (DMA_TRIGGERS.adc12 << 4));
  rig.set(0, REPEATED, 1);
  rig.dma.request(DMA_TRIGGERS.adc12);
  rig.passCycles(2);
  expect(rig.words(1)).toEqual([0]);
  rig.dma.request(DMA_TRIGGERS.taccr2);
  rig.passCycles(2);
  expect(rig.words(1)).toEqual([0x1111]);
  expect(rig.seen.acknowledged).toEqual([DMA_TRIGGERS.taccr2]);
  expect(rig.load(CTL(0)) & (EN | IFG)).toBe(EN | IFG);
});
test('the lowest channel goes first, and a channel follows the one before it', () => {
  const rig = dmaRig();
  rig.store(CTL0, DMA_TRIGGERS.taccr0 | (DMA_TRIGGERS.previousChannel << 4) | (7 << 8));
  for (const n of [0, 1, 2]) {
    rig.set(n, 0, 1);
    rig.store(CTL(n), 0);
    rig.store(CTL(n) + 4, TO + 2 * n);
    rig.store(CTL(n), EN);
  }
  rig.dma.request(DMA_TRIGGERS.taccr0);
  rig.passCycles(2);
  expect(rig.words(3)).toEqual([0x1111, 0, 0]);
  rig.passCycles(2);
  expect(rig.words(3)).toEqual([0x1111, 0x1111, 0]);
  rig.passCycles(2);
  expect(rig.words(3)).toEqual([0x1111, 0x1111, 0x1111]);
});
test('a reset in a block frees the CPU', () => {
  const rig = dmaRig();
  rig.set(0, BLOCK, 4);
  rig.store(CTL(0), BLOCK | EN | REQ);
  rig.passCycles(3);
  rig.dma.reset('puc');
  expect(rig.seen.held).toBe(false);
  expect(rig.machine.scheduler.pending()).toEqual([]);
});
