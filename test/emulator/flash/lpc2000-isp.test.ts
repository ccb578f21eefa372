import { describe, expect, test } from 'vitest';
import { uuEncode } from '../../../emulator/flash/uuencode.ts';
import { row } from './rig.ts';
import { DATA, romRig } from './rom-rig.ts';

const line = (bytes: Uint8Array) => `${String.fromCharCode(...uuEncode(bytes))}\r\n`;
const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);
const pattern = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + 3) & 0xff);

function session(crp?: number) {
  const rig = romRig();
  if (crp !== undefined) {
    rig.flash.load(0x1fc, new Uint8Array(Uint32Array.from([crp]).buffer));
  }
  rig.enterIsp();
  return {
    ...rig,
    /** Send data in blocks of 20 lines and return the answers to their checksums. */
    sendData(bytes: Uint8Array, change: (text: string, block: number) => string = (text) => text) {
      const answers: string[] = [];
      for (let at = 0; at < bytes.length; at += 900) {
        const block = bytes.subarray(at, at + 900);
        let text = '';
        for (let i = 0; i < block.length; i += 45) text += line(block.subarray(i, i + 45));
        rig.ask(change(text, at / 900));
        answers.push(rig.ask(`${sum(block)}\r\n`));
      }
      return answers;
    },
  };
}

describe('LPC2478 ISP session', () => {
  test('autobaud, synchronisation, crystal: echo and answers as the protocol has them', () => {
    const rig = romRig();
    rig.pins.ispLow = true;
    rig.cpu.reset();
    rig.boot.reset();
    rig.pass(5000);
    expect(rig.ask('x')).toBe('');
    expect(rig.ask('?')).toBe('Synchronized\r\n');
    expect(rig.serial.baud).toBe(115_200);
    expect(rig.ask('Synchronized\r\n')).toBe('Synchronized\r\nOK\r\n');
    expect(rig.ask('12000\r\n')).toBe('12000\r\nOK\r\n');
    expect(rig.isp.crystalKhz).toBe(12_000);
    expect(rig.ask('A 0\r\n')).toBe('A 0\r\n0\r\n');
    expect(rig.ask('J\r\n')).toBe('0\r\n386006837\r\n');
    expect(rig.ask('K\r\n')).toBe('0\r\n4\r\n3\r\n');
  });

  test('a wrong answer to Synchronized leads back to autobaud', () => {
    const rig = romRig();
    rig.pins.ispLow = true;
    rig.cpu.reset();
    rig.boot.reset();
    rig.pass(5000);
    rig.ask('?');
    expect(rig.ask('Synchronised\r\n')).toBe('Synchronised\r\n');
    expect(rig.ask('?')).toBe('Synchronized\r\n');
  });

  test('a line may end with CR, LF or both', () => {
    const rig = session();
    expect(rig.ask('J\r')).toBe('0\r\n386006837\r\n');
    expect(rig.ask('J\n')).toBe('0\r\n386006837\r\n');
    expect(rig.ask('J\r\nJ\rJ\n\r\n')).toBe('0\r\n386006837\r\n'.repeat(3));
  });

  test('characters leave one character time apart at the sender rate, then at the rate of B', () => {
    const rig = session();
    rig.serial.output = '';
    rig.type('J\r\n');
    rig.pass(86 * 14);
    const early = rig.serial.output.length;
    rig.pass(87 * 3);
    expect(early).toBeLessThan('0\r\n386006837\r\n'.length);
    expect(rig.serial.output).toBe('0\r\n386006837\r\n');
    expect(rig.ask('B 9600 1\r\n')).toBe('0\r\n');
    expect(rig.serial.baud).toBe(115_200);
    rig.ask('J\r\n');
    expect(rig.serial.baud).toBe(9600);
  });

  test('ESC in the middle of a data transfer brings the command handler back', () => {
    const rig = session();
    expect(rig.ask(`W ${DATA} 900\r\n`)).toBe('0\r\n');
    rig.ask(line(row(1, 45)));
    rig.type('\x1b');
    expect(rig.ask('J\r\n')).toBe('0\r\n386006837\r\n');
  });

  test('XOFF from the host holds the output, XON lets it go', () => {
    const rig = session();
    rig.type('\x13');
    expect(rig.ask('J\r\n')).toBe('');
    expect(rig.ask('\x11')).toBe('0\r\n386006837\r\n');
  });

  test('a host that goes on during an erase is sent XOFF, then XON, and nothing is lost', () => {
    const rig = session();
    rig.ask('U 23130\r\nP 9 9\r\n');
    rig.serial.output = '';
    rig.type('E 9 9\r\n');
    rig.type('J\r\n'.repeat(70));
    expect(rig.serial.output).toBe('\x13');
    rig.pass(200_000);
    const after = rig.serial.output.replaceAll('\x11', '').replaceAll('\x13', '');
    expect(after).toBe(`0\r\n${'0\r\n386006837\r\n'.repeat(70)}`);
    expect(rig.serial.output).toContain('\x11');
    expect(rig.kinds()).toEqual([]);
  });
});

describe('LPC2478 ISP status codes', () => {
  test.each([
    ['an unknown command', 'X 1 2', 1],
    ['N, which later families have', 'N', 1],
    ['a parameter too few', 'P 1', 12],
    ['a parameter that is no number', 'P 1 x', 12],
    ['U with a wrong code', 'U 23131', 16],
    ['B with a rate that is not offered', 'B 1200 1', 17],
    ['B with three stop bits', 'B 9600 3', 18],
    ['A 2', 'A 2', 12],
    ['C before U', 'C 0 1073742336 256', 15],
    ['E before U', 'E 0 0', 15],
    ['G before U', 'G 1073742336 A', 15],
    ['W to an address off a word', 'W 1073742338 4', 13],
    ['W of 6 bytes', 'W 1073742336 6', 6],
    ['W into flash', 'W 4096 4', 14],
    ['R off a word', 'R 2 4', 13],
    ['R where nothing is', 'R 536870912 4', 14],
    ['P of the boot block', 'P 28 28', 7],
    ['I of sectors in the wrong order', 'I 2 1', 7],
    ['M off a word', 'M 1 4 4', 13],
  ])('%s', (_, command, status) => {
    expect(session().ask(`${command}\r\n`)).toBe(`${status}\r\n`);
  });

  test.each([
    ['C without P', 'C 65536 1073742336 256', 9],
    ['C of 300 bytes', 'C 65536 1073742336 300', 6],
    ['C to 64 off a row', 'C 65600 1073742336 256', 3],
    ['E without P', 'E 9 9', 9],
    ['G without a mode', 'G 1073742336', 12],
    ['G in mode X', 'G 1073742336 X', 12],
    ['G off a word', 'G 1073742338 A', 13],
  ])('unlocked: %s', (_, command, status) => {
    const rig = session();
    expect(rig.ask('U 23130\r\n')).toBe('0\r\n');
    expect(rig.ask(`${command}\r\n`)).toBe(`${status}\r\n`);
  });

  test('I tells offset and contents; on sector 0 it always fails, for 64 bytes show the boot block', () => {
    const rig = session();
    rig.flash.load(0x10010, new Uint8Array([1, 0, 0, 0]));
    expect(rig.ask('I 9 9\r\n')).toBe('8\r\n16\r\n1\r\n');
    expect(rig.ask('I 8 8\r\n')).toBe('0\r\n');
    expect(rig.ask('I 0 0\r\n')).toMatch(/^8\r\n0\r\n/);
  });

  test('M sees a difference at 64 and none in bytes 0 to 63', () => {
    const rig = session();
    const image = pattern(512);
    rig.flash.load(0, image);
    rig.fill(DATA, image);
    rig.fill(DATA, rig.flash.readView(0x7e000, 64));
    expect(rig.ask(`M 0 ${DATA} 512\r\n`)).toBe('0\r\n');
    rig.flash.load(64, new Uint8Array([0xee]));
    expect(rig.ask(`M 0 ${DATA} 512\r\n`)).toBe('10\r\n64\r\n');
  });
});

describe('LPC2478 ISP data', () => {
  test('W stores 2000 bytes in blocks of 20 lines', () => {
    const rig = session();
    const bytes = pattern(2000);
    expect(rig.ask(`W ${DATA} 2000\r\n`)).toBe('0\r\n');
    expect(rig.sendData(bytes)).toEqual(['OK\r\n', 'OK\r\n', 'OK\r\n']);
    for (let i = 0; i < 2000; i += 4) {
      expect(rig.word(DATA + i)).toBe(new DataView(bytes.buffer).getUint32(i, true));
    }
    expect(rig.ask('J\r\n')).toBe('0\r\n386006837\r\n');
  });

  test('W of a damaged block asks for it again, and takes the good one', () => {
    const rig = session();
    const bytes = pattern(1800);
    rig.ask(`W ${DATA} 1800\r\n`);
    const first = bytes.subarray(0, 900);
    let text = '';
    for (let i = 0; i < 900; i += 45) text += line(first.subarray(i, i + 45));
    rig.ask(text.replace('M', 'L'));
    expect(rig.ask(`${sum(first)}\r\n`)).toBe('RESEND\r\n');
    rig.ask(text);
    expect(rig.ask(`${sum(first) + 1}\r\n`)).toBe('RESEND\r\n');
    expect(rig.sendData(bytes)).toEqual(['OK\r\n', 'OK\r\n']);
    expect(rig.word(DATA + 1796)).toBe(new DataView(bytes.buffer).getUint32(1796, true));
  });

  test('R sends the same lines as a host would, waits for OK after 20 lines, repeats on RESEND', () => {
    const rig = session();
    const bytes = pattern(1000);
    rig.flash.load(0x10000, bytes);
    let block = '';
    for (let i = 0; i < 900; i += 45) block += line(bytes.subarray(i, i + 45));
    const first = `${block}${sum(bytes.subarray(0, 900))}\r\n`;
    expect(rig.ask('R 65536 1000\r\n', 300_000)).toBe(`0\r\n${first}`);
    expect(rig.ask('RESEND\r\n', 300_000)).toBe(first);
    const rest = bytes.subarray(900);
    const second = `${line(rest.subarray(0, 45))}${line(rest.subarray(45, 90))}${line(rest.subarray(90))}`;
    expect(rig.ask('OK\r\n', 300_000)).toBe(`${second}${sum(rest)}\r\n`);
    expect(rig.ask('OK\r\n')).toBe('');
    expect(rig.ask('J\r\n')).toBe('0\r\n386006837\r\n');
  });

  test('erase and program through ISP take their time: the answer to E comes after 100 ms', () => {
    const rig = session();
    rig.ask('U 23130\r\n');
    rig.ask('P 9 9\r\n');
    expect(rig.ask('E 9 9\r\n', 99_000)).toBe('');
    rig.serial.output = '';
    rig.pass(2000);
    expect(rig.serial.output).toBe('0\r\n');
    rig.fill(DATA, pattern(1024));
    rig.ask('P 9 9\r\n');
    expect(rig.ask(`C 65536 ${DATA} 1024\r\n`)).toBe('0\r\n');
    expect(rig.flash.readView(0x10000, 1024)).toEqual(pattern(1024));
  });

  test('G answers, then the code runs in the state it was asked for', () => {
    const rig = session();
    rig.put(DATA, [0xe7fee7fe]);
    rig.ask('U 23130\r\n');
    expect(rig.ask(`G ${DATA} T\r\n`)).toBe('0\r\n');
    expect(rig.boot.running).toBe('user');
    expect(rig.cpu.pc).toBe(DATA);
    expect(rig.cpu.getRegister('cpsr') & 0x20).toBe(0x20);
    expect(rig.serial.toRom).toBeNull();
  });

  test('W into the RAM of the handler is done and reported', () => {
    const rig = session();
    expect(rig.ask(`W ${0x4000_0100} 64\r\n`)).toBe('0\r\n');
    expect(rig.kinds()).toEqual(['rom-parameter']);
  });

  test('a snapshot in the middle of a read goes on to the same output', () => {
    const rig = session();
    rig.flash.load(0x10000, pattern(900));
    rig.serial.output = '';
    rig.type('R 65536 900\r\n');
    rig.pass(30_000);
    const snapshot = rig.machine.takeSnapshot();
    const soFar = rig.serial.output;
    rig.pass(100_000);
    const all = rig.serial.output;
    rig.machine.restoreSnapshot(snapshot);
    rig.serial.output = soFar;
    rig.pass(100_000);
    expect(rig.serial.output).toBe(all);
    expect(all.length).toBeGreaterThan(soFar.length + 100);
  });
});

describe('LPC2478 ISP under code read protection', () => {
  const CRP1 = 0x12345678;
  const CRP2 = 0x87654321;
  test.each([
    [CRP1, 'R 0 4', 19],
    [CRP1, 'M 0 4 4', 19],
    [CRP1, 'I 9 9', 19],
    [CRP1, 'G 1073742336 A', 19],
    [CRP1, `W ${0x4000_01fc} 4`, 19],
    [CRP1, `W ${0x4000_0200} 4`, 0],
    [CRP1, 'C 0 1073742336 256', 19],
    [CRP1, 'C 4096 1073742336 256', 9],
    [CRP1, 'E 0 5', 19],
    [CRP1, 'E 1 5', 9],
    [CRP1, 'E 0 27', 9],
    [CRP1, 'P 0 27', 0],
    [CRP2, `W ${0x4000_0200} 4`, 19],
    [CRP2, 'C 4096 1073742336 256', 19],
    [CRP2, 'E 1 5', 19],
    [CRP2, 'E 0 27', 9],
    [CRP2, 'J', 0],
  ])('pattern %i: %s gives %i', (crp, command, status) => {
    const rig = session(crp);
    rig.ask('U 23130\r\n');
    expect(rig.ask(`${command}\r\n`)).toMatch(new RegExp(`^${status}\r\n`));
  });

  test('a full erase takes the protection away, from the next reset on', () => {
    const rig = session(CRP2);
    rig.ask('U 23130\r\n');
    rig.ask('P 0 27\r\n');
    expect(rig.ask('E 0 27\r\n', 110_000)).toBe('0\r\n');
    expect(rig.ask('R 4096 4\r\n')).toBe('19\r\n');
    rig.enterIsp();
    expect(rig.ask('R 4096 4\r\n')).toMatch(/^0\r\n/);
  });
});
