import { expect, test } from 'vitest';
import { createEz240, type Ez240 } from '../../../emulator/boards/ez240.ts';
import { joinByAir } from '../../../emulator/parts/air.ts';
import { frameCheck } from '../../../emulator/parts/cc2420-registers.ts';
import { oneWireCrc } from '../../../emulator/parts/ds2411.ts';
import { HALT_RESET } from '../../../emulator/peripherals/msp430/chip-parts.ts';

const US = 2 ** 30 / 1e6;

/** A board whose CPU stands still: the test drives the pins and talks over SPI itself. */
function heldBoard() {
  const board = createEz240({ seed: 3 });
  const { chip } = board;
  chip.powerOn();
  chip.parts.halt(HALT_RESET, true);
  const pass = (us: number) => chip.machine.runUntil(chip.machine.now + Math.round(us * US));
  const store = (address: number, value: number) => chip.machine.bus.write(address, 1, value);
  const port4 = (low: number) => store(0x1d, 0xff & ~low);
  // P4DIR, all but SFD; P5DIR for the LEDs.
  store(0x1d, 0xff & ~0x60);
  store(0x1e, 0xfd);
  const spi = (select: number, ...bytes: number[]): number[] => {
    port4(select);
    const answers = bytes.map((byte) => chip.parts.usart0.onExchange?.(byte) ?? -1);
    port4(0);
    return answers;
  };
  return {
    board,
    pass,
    store,
    port4,
    flash: (...bytes: number[]) => spi(0x10, ...bytes),
    radio: (...bytes: number[]) => spi(0x04, ...bytes),
  };
}
type Held = ReturnType<typeof heldBoard>;

const isHigh = (board: Ez240, pin: string) => board.chip.pin(pin) === 'high';

test('Ez240 LEDs, driven low, are on', () => {
  const { board, store } = heldBoard();
  store(0x31, 0xff);
  store(0x32, 0x70);
  store(0x31, 0xef);
  expect((['red', 'green', 'blue'] as const).map((led) => board.isLedOn(led))).toEqual([
    true,
    false,
    false,
  ]);
});

test('DS2411 on P2.4, reset and asked for its ROM, answers presence, family, serial and CRC', () => {
  const { board, store, pass } = heldBoard();
  const low = (us: number) => {
    store(0x2a, 0x10);
    pass(us);
    store(0x2a, 0);
  };
  low(500);
  pass(70);
  expect(isHigh(board, 'P2.4')).toBe(false);
  pass(400);
  expect(isHigh(board, 'P2.4')).toBe(true);
  for (let i = 0; i < 8; i++) {
    const isOne = ((0x33 >> i) & 1) === 1;
    low(isOne ? 6 : 60);
    pass(isOne ? 64 : 10);
  }
  const bytes = Array.from({ length: 8 }, () => {
    let byte = 0;
    for (let i = 0; i < 8; i++) {
      low(6);
      pass(9);
      if (isHigh(board, 'P2.4')) byte |= 1 << i;
      pass(55);
    }
    return byte;
  });
  expect(bytes).toEqual([...board.serialNumber.rom]);
  expect(bytes.slice(0, 7)).toEqual([0x01, 0x01, 0x00, 0x24, 0x0e, 0x00, 0x00]);
  expect(oneWireCrc(bytes)).toBe(0);
});

test('M25P80, asked who it is, says 20 20 14; after deep power-down only RES wakes it', () => {
  const { flash } = heldBoard();
  expect(flash(0x9f, 0, 0, 0)).toEqual([0xff, 0x20, 0x20, 0x14]);
  flash(0xb9);
  expect(flash(0x9f, 0, 0, 0)).toEqual([0xff, 0xff, 0xff, 0xff]);
  expect(flash(0xab, 0, 0, 0, 0)[4]).toBe(0x13);
  expect(flash(0x9f, 0)[1]).toBe(0x20);
});

test('M25P80 page program, past the end of its page, wraps; without WREN it does nothing', () => {
  const { flash, pass } = heldBoard();
  flash(0x02, 0x01, 0x02, 0xfe, 1, 2, 3);
  expect(flash(0x05, 0)[1]).toBe(0);
  flash(0x06);
  flash(0x02, 0x01, 0x02, 0xfe, 1, 2, 3);
  expect(flash(0x05, 0)[1]).toBe(0x03);
  expect(flash(0x03, 0x01, 0x02, 0xfe, 0)[4]).toBe(0xff);
  pass(20);
  expect(flash(0x05, 0)[1]).toBe(0);
  expect(flash(0x03, 0x01, 0x02, 0xfe, 0, 0, 0).slice(4)).toEqual([1, 2, 0xff]);
  expect(flash(0x0b, 0x01, 0x02, 0x00, 0, 0)[5]).toBe(3);
});

test('M25P80 sector erase, cut in its middle, leaves a torn sector and its neighbours whole', () => {
  const { board, flash, pass } = heldBoard();
  const part = board.externalFlash.flash;
  part.load(0, new Uint8Array(0x3_0000));
  flash(0x06);
  flash(0xd8, 0x01, 0x80, 0x00);
  pass(300_000);
  expect(part.busy).toBe(true);
  part.powerFail('random-bits', 9);
  board.chip.powerOff();
  expect(new Set(part.readView(0x1_0000, 0x1000)).size).toBeGreaterThan(100);
  expect(new Set(part.readView(0xf000, 0x1000))).toEqual(new Set([0]));
  expect(new Set(part.readView(0x2_0000, 0x1000))).toEqual(new Set([0]));
});

const VREG_AND_RESET_LOW = 0x40;
function startRadio({ port4, pass, radio }: Held): void {
  port4(VREG_AND_RESET_LOW);
  pass(600);
  port4(0);
  radio(0x01);
  pass(900);
}

test('CC2420 oscillator, started, is stable after 860 us, in the status byte and on CCA if it shows that', () => {
  const held = heldBoard();
  const { board, radio, port4, pass } = held;
  port4(VREG_AND_RESET_LOW);
  pass(600);
  port4(0);
  // IOCFG1.CCAMUX = XOSC16M_STABLE, and the strobe in the same select.
  expect(radio(0x1d, 0x00, 0x18, 0x01)).toEqual([0, 0, 0, 0]);
  pass(859);
  expect([isHigh(board, 'P1.4'), radio(0)[0]! & 0x40]).toEqual([false, 0]);
  pass(2);
  expect([isHigh(board, 'P1.4'), radio(0)[0]! & 0x40]).toEqual([true, 0x40]);
});

test('CC2420 registers, read and written, and RAM, keep their data-sheet values and what is written', () => {
  const held = heldBoard();
  startRadio(held);
  const { radio } = held;
  expect(radio(0x5e, 0, 0).slice(1)).toEqual([0x23, 0x3d]);
  radio(0x18, 0x41, 0x88);
  expect(radio(0x58, 0, 0).slice(1)).toEqual([0x41, 0x88]);
  radio(0x80 | 0x68, 0x80, 0x22, 0x33);
  expect(radio(0x80 | 0x68, 0xa0, 0, 0).slice(2)).toEqual([0x22, 0x33]);
});

test('CC2420 to CC2420, a frame sent is heard with RSSI and CRC, 352 us and its bytes later', () => {
  const sender = heldBoard();
  const listener = heldBoard();
  for (const held of [sender, listener]) {
    startRadio(held);
    held.radio(0x11, 0x02, 0xe2); // no address decoding, automatic CRC
    held.radio(0x03);
    held.pass(400);
  }
  const nodes = [sender.board, listener.board];
  const to = joinByAir(nodes, 2 ** 30, { seed: 1, lostOf256: 0 });
  const start = sender.board.chip.machine.now;
  const at = (us: number) => to(start + Math.round(us * US));
  sender.radio(0x3e, 7, 0x41, 0x88, 0x05, 0xaa, 0xbb);
  sender.radio(0x05);
  const sfd = () => nodes.map((board) => isHigh(board, 'P4.1'));
  at(351);
  expect(sfd()).toEqual([false, false]);
  at(353);
  expect(sfd()).toEqual([true, true]);
  at(352 + 8 * 32 - 1);
  expect([...sfd(), isHigh(listener.board, 'P1.0')]).toEqual([true, true, false]);
  at(352 + 8 * 32 + 1);
  expect([...sfd(), isHigh(listener.board, 'P1.0')]).toEqual([false, false, true]);
  const frame = listener.radio(0x7f, 0, 0, 0, 0, 0, 0, 0, 0).slice(1);
  expect(frame).toEqual([7, 0x41, 0x88, 0x05, 0xaa, 0xbb, 0xf1, 0xea]);
  expect([isHigh(listener.board, 'P1.0'), isHigh(listener.board, 'P1.3')]).toEqual([false, false]);
});

test('CC2420 to CC2420, on another channel, no SFD, a clear channel, and nothing in RXFIFO', () => {
  const [sender, listener] = [heldBoard(), heldBoard()];
  for (const held of [sender, listener]) {
    startRadio(held);
    held.radio(0x11, 0x02, 0xe2);
  }
  // FSCTRL of channel 26; the other stays on 11.
  listener.radio(0x18, 0x41, 0xb0);
  for (const held of [sender, listener]) {
    held.radio(0x03);
    held.pass(400);
  }
  expect([sender, listener].map(({ board }) => board.radio.channelMhz)).toEqual([2405, 2480]);
  const to = joinByAir([sender.board, listener.board], 2 ** 30, { seed: 1, lostOf256: 0 });
  const start = sender.board.chip.machine.now;
  sender.radio(0x3e, 7, 0x41, 0x88, 0x05, 0xaa, 0xbb);
  sender.radio(0x05);
  to(start + Math.round(400 * US));
  const { board } = listener;
  expect([sender.board, board].map((each) => isHigh(each, 'P4.1'))).toEqual([true, false]);
  expect(isHigh(board, 'P1.4')).toBe(true);
  to(start + Math.round(1000 * US));
  expect(isHigh(board, 'P1.0')).toBe(false);
});

test('M25P80 held by P4.7, neither answers nor counts a clock, and goes on afterwards', () => {
  const held = heldBoard();
  const { board, flash, port4 } = held;
  const exchange = (byte: number) => board.chip.parts.usart0.onExchange?.(byte) ?? -1;
  expect(flash(0x9f, 0, 0, 0).slice(1)).toEqual([0x20, 0x20, 0x14]);
  port4(0x10);
  exchange(0x9f);
  expect(exchange(0)).toBe(0x20);
  port4(0x90);
  expect([exchange(0), exchange(0)]).toEqual([0xff, 0xff]);
  port4(0x10);
  expect([exchange(0), exchange(0)]).toEqual([0x20, 0x14]);
});

test('Ez240 snapshot, taken while a frame is sent and flash is erased, runs on as the first time', () => {
  const held = heldBoard();
  startRadio(held);
  const { board, radio, flash, pass } = held;
  radio(0x03);
  pass(400);
  flash(0x06);
  flash(0xd8, 0, 0, 0);
  radio(0x3e, 4, 1, 2);
  radio(0x04);
  pass(400);
  const { machine } = board.chip;
  const snapshot = machine.takeSnapshot();
  const run = () => {
    const edges: string[] = [];
    board.chip.ports.onLevels.push(({ port, after }) =>
      edges.push(`${machine.now} ${port} ${after}`),
    );
    pass(700_000);
    board.chip.ports.onLevels.pop();
    return [...edges, radio(0)[0], flash(0x05, 0)[1], board.externalFlash.flash.stateHash()];
  };
  const first = run();
  expect(first.length).toBeGreaterThan(4);
  machine.restoreSnapshot(snapshot);
  expect(run()).toEqual(first);
});

test('CC2420 acknowledgement, asked for by a frame to its address, goes 192 us after it', () => {
  const held = heldBoard();
  startRadio(held);
  const { board, radio, pass } = held;
  radio(0x80 | 0x68, 0x80, 0x22, 0x00, 0x02, 0x00);
  radio(0x11, 0x0a, 0xf2);
  radio(0x03);
  pass(400);
  const sent: [string, number][] = [];
  const { machine } = board.chip;
  board.radio.onTransmit = (psdu) => sent.push([[...psdu].join(' '), machine.now]);
  const hear = (to: number) => {
    const body = Uint8Array.of(0x61, 0x88, 0x77, 0x22, 0x00, to, 0x00, 0x01, 0x00);
    const check = frameCheck(body);
    const sfd = machine.now + Math.round(160 * US);
    board.radio.hear(Uint8Array.of(...body, check, check >>> 8), sfd);
    pass(2000);
    return sfd + Math.round((12 * 32 + 192) * US);
  };
  hear(3);
  expect([sent.length, isHigh(board, 'P1.0')]).toEqual([0, false]);
  const due = hear(2);
  expect(sent).toHaveLength(1);
  expect(sent[0]![0].startsWith('2 0 119 ')).toBe(true);
  expect(Math.abs(sent[0]![1] - due)).toBeLessThan(4);
  expect(isHigh(board, 'P1.0')).toBe(true);
});

test.each([
  ['SACK', 0x0a, 2],
  ['SACKPEND', 0x0b, 0x12],
])(
  'CC2420 %s, strobed while a frame is heard, acknowledges it though it did not ask',
  (_name, strobe, first) => {
    const held = heldBoard();
    startRadio(held);
    const { board, radio, pass } = held;
    radio(0x11, 0x02, 0xe2);
    radio(0x03);
    pass(400);
    const sent: number[][] = [];
    board.radio.onTransmit = (psdu) => sent.push([...psdu.subarray(0, 3)]);
    const frame = (last: number) => {
      const body = Uint8Array.of(0x41, 0x88, 0x77, 0x22, 0x00, 2, 0x00, 0x01, 0x00);
      const check = frameCheck(body) ^ last;
      const { now } = board.chip.machine;
      board.radio.hear(Uint8Array.of(...body, check, check >>> 8), now + Math.round(160 * US));
      pass(300);
    };
    frame(0);
    radio(strobe);
    pass(2000);
    expect(sent).toEqual([[first, 0, 0x77]]);
    frame(1);
    radio(strobe);
    pass(2000);
    frame(0);
    pass(2000);
    expect(sent.length).toBe(1);
  },
);
