import { expect, test } from 'vitest';
import { chipNames, listGaps } from '../../../emulator/chips/index.ts';
import type { Msp430ResetCause } from '../../../emulator/peripherals/msp430/chip.ts';
import { HALT_CPUOFF, HALT_FLASH } from '../../../emulator/peripherals/msp430/chip-parts.ts';
import { ACLK, BEGIN, bytesOfWords, mspChip, RAM, START } from './msp430-rig.ts';

const TIMERA0 = 6;
const NMI = 14;

test('MSP430F1611, its gaps, are listed with a reason each', () => {
  expect(chipNames).toContain('msp430f1611');
  expect(listGaps('msp430f1611').every((row) => row.reason.length > 0)).toBe(true);
});

test('MSP430F1611 power-on, a program in flash, runs from the reset vector with its RAM and mirror', () => {
  const { chip, passMs, word } = mspChip(`${BEGIN}
    mov #0x1234, &0x1100
    mov #0x5678, &0x0202
    mov #0x9abc, &0x18fe
    mov #0xdef0, &0x1900
    stay: jmp stay`);
  const causes: Msp430ResetCause[] = [];
  chip.onReset = (cause) => causes.push(cause);
  chip.powerOn();
  passMs(1);
  expect([0x1100, 0x0200, 0x1102, 0x0202, 0x09fe, 0x1900].map(word)).toEqual([
    0x1234, 0x1234, 0x5678, 0x5678, 0x9abc, 0xdef0,
  ]);
  expect(causes).toEqual(['power-on']);
});

test('MSP430F1611 addresses, with nothing behind them, are an event', () => {
  const { chip, word, kinds } = mspChip(BEGIN);
  chip.powerOn();
  expect([0x0ff0, 0x0ffa].map(word)).toEqual([0x6cf1, 0x6101]);
  expect(kinds()).toEqual([]);
  expect(word(0x0c10)).toBe(0x3fff);
  expect(kinds()).toEqual(['gap-register']);
  word(0x3900);
  expect(kinds()).toContain('unmapped-access');
});

test('MSP430F1611 LPM3, an interrupt of Timer_A by ACLK, wakes it and time is skipped between', () => {
  const { chip, passTicks, word } = mspChip(
    `${BEGIN}
    clr &0x1100
    mov #3276, &0x172     ; TACCR0
    mov #0x10, &0x162     ; CCIE
    mov #0x110, &0x160    ; ACLK, up
    sleep: bis #0xd8, sr
    jmp sleep
    tick: inc &0x1100
    reti`,
    { [TIMERA0]: 'tick' },
  );
  chip.powerOn();
  passTicks(ACLK * 3000);
  expect(chip.parts.halts).toBe(HALT_CPUOFF);
  const before = chip.cpu.instructionCount;
  passTicks(ACLK * 3277 * 10);
  expect(word(0x1100)).toBe(10);
  expect(chip.cpu.instructionCount - before).toBe(20);
});

test('MSP430F1611 wake-up from LPM3, with the DCO stopped, takes six microseconds longer than from LPM0', () => {
  const latencies = [0x18, 0xd8].map((mode) => {
    const { chip, passTicks } = mspChip(
      `${BEGIN}
      mov #100, &0x172
      mov #0x10, &0x162
      mov #0x110, &0x160
      sleep: bis #${mode}, sr
      jmp sleep
      tick: reti`,
      { [TIMERA0]: 'tick' },
    );
    chip.powerOn();
    passTicks(ACLK * 50);
    let asserted = -1;
    const { onAsserted } = chip.parts.interrupts;
    chip.parts.interrupts.onAsserted = (vector) => {
      asserted = chip.machine.now;
      onAsserted?.(vector);
    };
    let woken = -1;
    chip.parts.interrupts.onTaken(TIMERA0, () => {
      woken = chip.machine.now;
      chip.parts.timerA.clearFlag(0);
    });
    passTicks(ACLK * 100);
    return ((woken - asserted) * 1e6) / 2 ** 30;
  });
  expect(latencies[1]! - latencies[0]!).toBeCloseTo(6, 1);
});

test('MSP430F1611 low-power mode, entered with an interrupt pending, ends at once', () => {
  const { chip, passMs, word } = mspChip(
    `${BEGIN}
    clr &0x1100
    bis.b #1, &0x22       ; P1DIR
    bis.b #2, &0x25       ; P1IE
    bis.b #2, &0x23       ; P1IFG
    bis #0xd8, sr
    mov #1, &0x1102
    stay: jmp stay
    port: clr.b &0x23
    inc &0x1100
    bic #0xd0, 0(sp)
    reti`,
    { 4: 'port' },
  );
  chip.powerOn();
  passMs(1);
  expect([word(0x1100), word(0x1102)]).toEqual([1, 1]);
});

test('MSP430F1611 watchdog, left running, is a power-up clear that keeps RAM and WDTIFG', () => {
  const { chip, passMs, word } = mspChip(`mov #0x3900, sp
    inc &0x1100
    stay: jmp stay`);
  const causes: Msp430ResetCause[] = [];
  chip.onReset = (cause) => causes.push(cause);
  chip.powerOn();
  const before = word(0x1100);
  passMs(100);
  // 32768 cycles of 800 kHz.
  expect(causes).toEqual(['power-on', 'power-up-clear', 'power-up-clear']);
  expect((word(0x1100) - before) & 0xffff).toBe(3);
  expect(chip.machine.bus.read(0x02, 1) & 1).toBe(1);
});

test('MSP430F1611 watchdog, written without its password, resets inside the store', () => {
  const { chip, passMs } = mspChip(`mov #0x80, &0x120
    never: jmp never`);
  chip.powerOn();
  passMs(1);
  expect(chip.resets).toBeGreaterThan(10);
  expect(chip.cpu.pc).toBeLessThan(START + 8);
});

const UNLOCK = `mov #0xa541, &0x12a   ; MCLK / 2
  mov #0xa500, &0x12c`;
const ERASE = `${UNLOCK}
  mov #0xa502, &0x128
  clr &0x8000`;

test('MSP430F1611 erase, begun by code in flash, holds the CPU to its end', () => {
  const { chip, passMs, word } = mspChip(`${BEGIN}
    clr &0x1100
    ${ERASE}
    mov #1, &0x1100
    stay: jmp stay`);
  chip.load(0x8000, Uint8Array.of(0x12, 0x34));
  chip.powerOn();
  passMs(1);
  expect(chip.parts.halts).toBe(HALT_FLASH);
  expect(word(0x1100)).toBe(0);
  // 4819 cycles of 400 kHz.
  passMs(12.5);
  expect([chip.parts.halts, word(0x1100), word(0x8000)]).toEqual([0, 1, 0xffff]);
});

test('MSP430F1611 erase, begun by code in RAM, lets the CPU run on; a fetch from flash is a violation', () => {
  const { chip, at, passMs, word, kinds } = mspChip(`${BEGIN}
    mov #code, r5
    mov #0x1200, r6
    copy: mov @r5+, 0(r6)
    incd r6
    cmp #end, r5
    jne copy
    clr &0x1100
    br #0x1200
    code: ${ERASE}
    wait: inc &0x1100
    bit #1, &0x12c
    jnz wait
    stay: jmp stay
    end: nop`);
  chip.powerOn();
  passMs(2);
  expect(chip.parts.halts).toBe(0);
  expect(chip.parts.flash.busy).toBe(true);
  expect(word(0x1100)).toBeGreaterThan(20);
  passMs(12);
  expect(chip.parts.flash.busy).toBe(false);
  expect(chip.cpu.pc).toBe(0x1200 + at('stay') - at('code'));
  expect(kinds()).toEqual([]);
});

test('MSP430F1611 flash, touched while busy with ACCVIE set, is an NMI', () => {
  const { chip, passMs, word } = mspChip(
    `${BEGIN}
    clr &0x1100
    bis.b #0x20, &0        ; ACCVIE
    ${UNLOCK}
    clr &0x8000            ; no mode bit
    stay: jmp stay
    nmi: inc &0x1100
    mov #0xa500, &0x12c
    reti`,
    { [NMI]: 'nmi' },
  );
  chip.powerOn();
  passMs(1);
  expect(word(0x1100)).toBe(1);
});

test('MSP430F1611 supply, cut in an erase, leaves a torn segment, and the next power-on boots', () => {
  const { chip, passMs, word } = mspChip(`${BEGIN}
    mov #0x77, &0x1100
    tst &0xfc00
    jnz stay
    ${ERASE}
    stay: jmp stay`);
  chip.load(0x8000, new Uint8Array(512));
  chip.load(0xfc00, Uint8Array.of(0, 0));
  chip.powerOn();
  passMs(6);
  expect(chip.flash.operation?.kind).toBe('erase');
  chip.flash.powerFail('random-bits', 3);
  chip.powerOff();
  const torn = new Set(chip.readFlash(0x8000, 512));
  expect(torn.size).toBeGreaterThan(20);
  chip.load(0xfc00, Uint8Array.of(0xff, 0xff));
  passMs(100);
  expect(chip.isPowered).toBe(false);
  const stood = chip.cpu.instructionCount;
  passMs(100);
  expect(chip.cpu.instructionCount).toBe(stood);
  chip.powerOn();
  passMs(1);
  expect(word(0x1100)).toBe(0x77);
});

test('MSP430F1611 information memory, loaded at its bus address, is read there and by the CPU', () => {
  const { chip, passMs, word } = mspChip(`${BEGIN}
    mov &0x1080, &0x1100
    stay: jmp stay`);
  chip.load(0x1000, new Uint8Array(256).fill(0x5a));
  chip.powerOn();
  passMs(1);
  expect(word(0x1100)).toBe(0x5a5a);
  expect([...chip.readFlash(0x10fe, 2)]).toEqual([0x5a, 0x5a]);
  expect(() => chip.load(0x10ff, new Uint8Array(2))).toThrow(RangeError);
});

test('MSP430F1611 RST, held low, stops the chip; let go, it is a power-on reset with RAM kept', () => {
  const { chip, passMs, word } = mspChip(`${BEGIN}
    inc &0x1100
    stay: jmp stay`);
  chip.powerOn();
  passMs(1);
  const before = word(0x1100);
  chip.setResetPin('low');
  const stood = chip.cpu.instructionCount;
  passMs(10);
  expect(chip.cpu.instructionCount).toBe(stood);
  chip.setResetPin('high');
  passMs(1);
  expect(word(0x1100)).toBe((before + 1) & 0xffff);
});

test('MSP430F1611 snapshot, taken in an erase and restored, runs on as the first time', () => {
  const { chip, passMs } = mspChip(`${BEGIN}
    again: ${ERASE}
    mov #0xa540, &0x128
    mov #0x1234, &0x8000
    inc &${RAM}
    jmp again`);
  chip.powerOn();
  passMs(30);
  const { machine } = chip;
  const snapshot = machine.takeSnapshot();
  const run = () => {
    passMs(50);
    return [machine.now, chip.cpu.instructionCount, chip.flash.stateHash(), [...chip.sram].join()];
  };
  const first = run();
  machine.restoreSnapshot(snapshot);
  expect(run()).toEqual(first);
});

test('MSP430F1611 RAM, after power-on, holds garbage that follows from the seed', () => {
  const contents = [7, 7, 8].map((seed) => {
    const { chip } = mspChip(BEGIN, {}, { seed });
    chip.powerOn();
    return bytesOfWords([...chip.sram]).join();
  });
  expect(contents[0]).toBe(contents[1]);
  expect(contents[0]).not.toBe(contents[2]);
});
