import { describe, expect, test } from 'vitest';
import { row } from './rig.ts';
import { CODE, COMMAND, DATA, RAM, RESULT, romRig, STACK_TOP } from './rom-rig.ts';

const CCLK = 12_000;
const [PREPARE, COPY, ERASE, BLANK, PART, VERSION, COMPARE, REINVOKE] = [
  50, 51, 52, 53, 54, 55, 56, 57,
];

describe('LPC2478 IAP, by real calls', () => {
  test.each(['arm', 'thumb'] as const)(
    'called from %s code, it returns to it in its state',
    (s) => {
      const rig = romRig();
      const result = rig.call([PART], s);
      expect(result).toMatchObject({ returned: true, status: 0, r0: 0x1701ff35 });
      expect(result.thumb).toBe(s === 'thumb');
    },
  );

  test('prepare, copy 512 bytes: 2 ms, data in flash, sectors protected again', () => {
    const rig = romRig();
    rig.fill(DATA, row(0x5a, 512));
    expect(rig.call([PREPARE, 9, 9]).status).toBe(0);
    const copied = rig.call([COPY, 0x10000, DATA, 512, CCLK]);
    expect(copied.status).toBe(0);
    expect(copied.tookUs).toBeGreaterThanOrEqual(2000);
    expect(copied.tookUs).toBeLessThan(2100);
    expect(rig.flash.readView(0x10000, 512)).toEqual(row(0x5a, 512));
    expect(rig.call([COPY, 0x10000, DATA, 512, CCLK]).status).toBe(9);
  });

  test('erase of three sectors: 100 ms in one command, then blank', () => {
    const rig = romRig();
    rig.flash.load(0x10000, row(0, 64));
    rig.call([PREPARE, 8, 10]);
    const erased = rig.call([ERASE, 8, 10, CCLK]);
    expect(erased.status).toBe(0);
    expect(erased.tookUs).toBeGreaterThanOrEqual(100_000);
    expect(erased.tookUs).toBeLessThan(100_100);
    expect(rig.call([BLANK, 8, 10]).status).toBe(0);
  });

  test('blank check gives offset and contents of the first word that is not blank', () => {
    const rig = romRig();
    rig.flash.load(0x10104, new Uint8Array([0x12, 0x34, 0x56, 0x78]));
    expect(rig.call([BLANK, 9, 9])).toMatchObject({ status: 8, r0: 0x104, r1: 0x78563412 });
    expect(rig.call([BLANK, 8, 8]).status).toBe(0);
  });

  test('compare gives the offset of the first word that differs', () => {
    const rig = romRig();
    rig.fill(DATA, row(0x77));
    rig.flash.load(0x10000, row(0x77));
    expect(rig.call([COMPARE, 0x10000, DATA, 256]).status).toBe(0);
    rig.flash.load(0x10013, row(0x78, 1));
    expect(rig.call([COMPARE, 0x10000, DATA, 256])).toMatchObject({ status: 10, r0: 0x10 });
  });

  test('boot code version has major in byte 1 and minor in byte 0', () => {
    const rig = romRig();
    expect(rig.call([VERSION])).toMatchObject({ status: 0, r0: 0x0304 });
  });

  test.each([
    ['prepare: end before start', [PREPARE, 3, 2], 7],
    ['prepare: sector 28 is the boot block', [PREPARE, 27, 28], 7],
    ['copy: source not on a word', [COPY, 0x10000, DATA + 2, 256, CCLK], 2],
    ['copy: destination not on 256 bytes', [COPY, 0x10080, DATA, 256, CCLK], 3],
    ['copy: source in flash', [COPY, 0x10000, 0x20000, 256, CCLK], 4],
    ['copy: source runs out of RAM', [COPY, 0x10000, RAM + 0xff80, 256, CCLK], 4],
    ['copy: destination above flash', [COPY, 0x80000, DATA, 256, CCLK], 5],
    ['copy: destination in RAM', [COPY, RAM, DATA, 256, CCLK], 5],
    ['copy: count 128', [COPY, 0x10000, DATA, 128, CCLK], 6],
    ['copy: count 2048', [COPY, 0x10000, DATA, 2048, CCLK], 6],
    ['copy: sector not prepared', [COPY, 0x18000, DATA, 256, CCLK], 9],
    ['copy: 4096 bytes into the next, unprepared sector', [COPY, 0x17f00, DATA, 4096, CCLK], 9],
    ['copy: boot block', [COPY, 0x7e000, DATA, 256, CCLK], 9],
    ['erase: end before start', [ERASE, 9, 8, CCLK], 7],
    ['erase: sector 28', [ERASE, 28, 28, CCLK], 7],
    ['erase: one of two sectors not prepared', [ERASE, 9, 10, CCLK], 9],
    ['blank check: sector 30', [BLANK, 0, 30], 7],
    ['compare: count not a multiple of 4', [COMPARE, 0, DATA, 6], 6],
    ['compare: address not on a word', [COMPARE, 1, DATA, 4], 13],
    ['compare: nothing at the address', [COMPARE, 0, 0x2000_0000, 4], 14],
    ['command 49', [49], 1],
    ['command 58, which other families have', [58], 1],
  ] as const)('%s', (_, parameters, status) => {
    const rig = romRig();
    rig.call([PREPARE, 9, 9]);
    expect(rig.call(parameters).status).toBe(status);
    expect(rig.flash.operationsTotal).toBe(0);
  });

  test.each([PREPARE, COPY, ERASE, BLANK])(
    'command %i while the array is busy: BUSY',
    (command) => {
      const rig = romRig();
      rig.call([PREPARE, 9, 9]);
      const rest = command === COPY ? [0x10000, DATA, 256, CCLK] : [9, 9, CCLK];
      rig.flash.beginProgram(0x20000, row(0, 4096));
      expect(rig.call([command, ...rest]).status).toBe(11);
    },
  );

  test('a wrong CCLK is carried out and reported', () => {
    const rig = romRig();
    rig.call([PREPARE, 9, 9]);
    expect(rig.call([ERASE, 9, 9, 60_000]).status).toBe(0);
    expect(rig.details()).toEqual(['CCLK given as 60000 kHz, it is 12000 kHz']);
  });

  test('an unprepared sector is reported as an event, and nothing begins', () => {
    const rig = romRig();
    rig.call([ERASE, 9, 9, CCLK]);
    expect(rig.kinds()).toEqual(['flash-protected']);
  });
});

describe('LPC2478 IAP and memory', () => {
  test('flash commands take the top 32 bytes of RAM, not one byte more; others take none', () => {
    const rig = romRig();
    const top = RAM + 0x10000 - 32;
    rig.fill(top - 4, row(0x11, 36));
    rig.call([PREPARE, 9, 9]);
    expect(rig.word(top)).toBe(0x11111111);
    rig.call([ERASE, 9, 9, CCLK]);
    expect(rig.word(top - 4)).toBe(0x11111111);
    for (let at = top; at < top + 32; at += 4) expect(rig.word(at)).not.toBe(0x11111111);
  });

  test('a call takes 128 bytes of stack below the caller, not one byte more', () => {
    const rig = romRig();
    rig.fill(STACK_TOP - 132, row(0x22, 136));
    rig.call([PREPARE, 9, 9]);
    expect(rig.word(STACK_TOP - 132)).toBe(0x22222222);
    expect(rig.word(STACK_TOP)).toBe(0x22222222);
    for (let at = STACK_TOP - 128; at < STACK_TOP; at += 4) {
      expect(rig.word(at)).not.toBe(0x22222222);
    }
  });

  test('command and result table may be the same', () => {
    const rig = romRig();
    rig.startCall([PART]);
    rig.cpu.setRegister('r1', COMMAND);
    rig.pass(1000);
    expect([rig.word(COMMAND), rig.word(COMMAND + 4)]).toEqual([0, 0x1701ff35]);
  });

  test('entered in ARM state, it never comes back', () => {
    const rig = romRig();
    rig.startCall([PART]);
    rig.put(CODE + 16, [0x7ffffff0]);
    rig.pass(100_000);
    expect(rig.word(RESULT)).toBe(0xdeadbeef);
    expect(rig.details()).toEqual(['entered in ARM state, bit 0 of the address was clear']);
  });

  test('a result table outside RAM is reported, and the call returns', () => {
    const rig = romRig();
    rig.startCall([PART]);
    rig.cpu.setRegister('r1', 0x1000);
    rig.pass(1000);
    expect(rig.cpu.pc).toBe(CODE + 12);
    expect(rig.details()).toEqual(['result table at 0x1000']);
  });
});

describe('LPC2478 IAP and interrupts', () => {
  const ACKNOWLEDGE = 0xe000_0000;
  function interruptible(memmap: 1 | 2) {
    const rig = romRig();
    const seen = { interrupts: 0 };
    rig.machine.bus.attach(ACKNOWLEDGE, ACKNOWLEDGE + 3, {
      name: 'acknowledge',
      read: () => 0,
      write: () => {
        seen.interrupts++;
        rig.cpu.setInterrupt(0, false);
      },
    });
    // ldr sp, [pc, #4] / str sp, [sp] / subs pc, lr, #4 / .word: at the IRQ vector in RAM
    rig.put(RAM + 0x18, [0xe59fd004, 0xe58dd000, 0xe25ef004, ACKNOWLEDGE]);
    rig.call([PREPARE, 9, 9]);
    rig.setMemmap(memmap);
    rig.cpu.setRegister('cpsr', rig.cpu.getRegister('cpsr') & ~0x80);
    rig.startCall([ERASE, 9, 9, CCLK]);
    rig.pass(10_000);
    expect(rig.flash.busy).toBe(true);
    rig.cpu.setInterrupt(0, true);
    rig.pass(1000);
    return { rig, seen };
  }

  test('with vectors and handler in RAM, a handler runs in the middle and the call goes on', () => {
    const { rig, seen } = interruptible(2);
    expect(seen.interrupts).toBe(1);
    expect(rig.kinds()).toEqual([]);
    expect(rig.word(RESULT)).toBe(0xdeadbeef);
    rig.pass(90_000);
    expect(rig.word(RESULT)).toBe(0);
    expect(rig.cpu.pc).toBe(CODE + 12);
  });

  test('with vectors in flash, the handler is fetched from a busy array: garbage and an event', () => {
    const { rig, seen } = interruptible(1);
    expect(seen.interrupts).toBe(0);
    expect(rig.kinds()).toContain('flash-busy-access');
  });

  test('a handler that calls IAP itself gets BUSY, and the interrupted call still ends well', () => {
    const rig = romRig();
    const INNER = DATA + 0x800;
    rig.machine.bus.attach(ACKNOWLEDGE, ACKNOWLEDGE + 3, {
      name: 'acknowledge',
      read: () => 0,
      write: () => rig.cpu.setInterrupt(0, false),
    });
    // ldr pc, [pc]: from the vector to the handler in RAM
    rig.put(RAM + 0x18, [0xe59ff000, 0, RAM + 0x200]);
    rig.put(RAM + 0x200, [
      0xe92d500f, // push {r0-r3, r12, lr}
      0xe59f001c, // ldr r0, =INNER
      0xe59f101c, // ldr r1, =INNER + 0x40
      0xe59f201c, // ldr r2, =7FFFFFF1
      0xe1a0e00f, // mov lr, pc
      0xe12fff12, // bx r2
      0xe59f0014, // ldr r0, =ACKNOWLEDGE
      0xe5800000, // str r0, [r0]
      0xe8bd500f, // pop {r0-r3, r12, lr}
      0xe25ef004, // subs pc, lr, #4
      INNER,
      INNER + 0x40,
      0x7ffffff1,
      ACKNOWLEDGE,
    ]);
    rig.put(INNER, [PREPARE, 1, 1]);
    rig.call([PREPARE, 9, 9]);
    rig.setMemmap(2);
    rig.cpu.setRegister('r13_irq', RAM + 0x6000);
    rig.cpu.setRegister('cpsr', rig.cpu.getRegister('cpsr') & ~0x80);
    rig.startCall([ERASE, 9, 9, CCLK]);
    rig.pass(10_000);
    rig.cpu.setInterrupt(0, true);
    rig.pass(1000);
    expect(rig.word(INNER + 0x40)).toBe(11);
    rig.pass(90_000);
    expect(rig.word(RESULT)).toBe(0);
    expect(rig.cpu.pc).toBe(CODE + 12);
    expect(rig.commands.isPrepared(1)).toBe(false);
  });

  test('a snapshot in the middle of a call, restored, ends as it did without', () => {
    const rig = romRig();
    rig.fill(DATA, row(0x33));
    rig.call([PREPARE, 9, 9]);
    rig.startCall([COPY, 0x10000, DATA, 256, CCLK]);
    rig.pass(500);
    const snapshot = rig.machine.takeSnapshot();
    rig.pass(1000);
    const after = [rig.flash.stateHash(), rig.cpu.pc, rig.word(RESULT)];
    rig.machine.restoreSnapshot(snapshot);
    expect(rig.flash.busy).toBe(true);
    rig.pass(1000);
    expect([rig.flash.stateHash(), rig.cpu.pc, rig.word(RESULT)]).toEqual(after);
  });
});

test('LPC2478 IAP 57 enters ISP with interrupts masked, and ISP answers', () => {
  const rig = romRig();
  rig.call([REINVOKE]);
  expect(rig.boot.running).toBe('isp');
  expect(rig.parked()).toBe(true);
  expect(rig.cpu.getRegister('cpsr') & 0xc0).toBe(0xc0);
  expect(rig.ask('?')).toBe('Synchronized\r\n');
});
