import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  freshNode,
  planInSitu,
  planRebuild,
  readProgram,
} from '../../../harness/plan/easilir/index.ts';
import type { UpdatePlan } from '../../../harness/plan/plan.ts';
import { planR2 } from '../../../harness/plan/r2/encode.ts';
import { targets } from '../../../harness/plan/targets.ts';
import { FIXTURES_ROOT } from '../../../harness/scenarios.ts';
import { FIXTURE_STATION } from '../../../harness/transport/power-load/defaults.ts';
import { createUploadSession } from '../../../harness/transport/power-load/upload-session.ts';
import { createProbe } from '../../../harness/transport/stations.ts';
import { delugeFile, sealed } from '../../helpers/ez240-files.ts';
import { type Ez240Node, startNode } from '../../helpers/ez240-node.ts';
import { loadSegments } from '../../helpers/msp430-image.ts';

const elf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`)));
const program = (name: string) => readProgram(elf(name), name);
const blink = freshNode(program('blink'));
const ifElse = planInSitu(blink, program('blink-if-else'));
const TIMEOUT_MS = 60_000;
const SECOND_US = 1e6;

const linked = (name: string) => ({ file: name, elf: elf(name) });
const r2 = (from: string, to: string, ...earlier: UpdatePlan[]): UpdatePlan =>
  planR2({
    target: targets.msp430f1611,
    oldBytes: program(from).image,
    newBytes: program(to).image,
    newVersion: null,
    node: {
      ...{ residentBytes: new Uint8Array(), earlier },
      ...{ oldProgram: linked(from), newProgram: linked(to) },
    },
  });

const nodeWith = (name: string): Ez240Node => startNode(elf('runtime'), loadSegments(elf(name)));
const versionOf = (node: Ez240Node) => node.talk(createProbe('376.1')).result.deviceVersion;
const send = (node: Ez240Node, packed: Uint8Array, expectedVersion: string) =>
  node.talk(
    createUploadSession({
      ...FIXTURE_STATION,
      ...{ packed, segmentBytes: 128, expectedVersion },
      ...{ resume: 'query', seed: 1, timeoutUs: 3 * SECOND_US },
    }),
  ).result;
const area = (node: Ez240Node, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => node.board.chip.machine.bus.read(0x1900 + i, 1));
function loseSupply(node: Ez240Node): void {
  node.board.chip.powerOff();
  node.pass(SECOND_US);
  node.board.chip.powerOn();
}

describe('MSP430 runtime', () => {
  test('sent a whole image: it runs, and nothing but it was programmed', () => {
    const node = nodeWith('blink');
    const runtime = node.flash(0xd000, 0x3000);
    const { image } = program('blink-faster');
    expect(versionOf(node)).toBe('1.00');
    expect(send(node, delugeFile(image), '1.02').deviceVersion).toBe('1.02');
    expect(node.flash(0x4000, image.length)).toEqual(image);
    expect(node.flash(0xd000, 0x3000)).toEqual(runtime);
    expect(node.events()).toEqual(['1 watchdog-reset WDTCTL']);
  });

  test('sent a script with ifunctions: they are there after a loss of supply, and it runs', () => {
    const node = nodeWith('blink');
    expect(ifElse.node.area.length).toBeGreaterThan(0);
    expect(send(node, ifElse.file, '1.03').deviceVersion).toBe('1.03');
    loseSupply(node);
    expect(versionOf(node)).toBe('1.03');
    expect(node.flash(0x4000, ifElse.node.flash.length)).toEqual(ifElse.node.flash);
    expect(area(node, ifElse.node.area.length)).toEqual(ifElse.node.area);
  });

  test('of a modified program sent a rebuild to a larger one: as linked, and it runs', {
    timeout: TIMEOUT_MS,
  }, () => {
    const node = nodeWith('blink');
    const rebuilt = planRebuild(ifElse.node, program('radio-count'));
    send(node, ifElse.file, '1.03');
    expect(send(node, rebuilt.file, '2.00').deviceVersion).toBe('2.00');
    expect(node.flash(0x4000, rebuilt.node.flash.length)).toEqual(program('radio-count').image);
  });

  test('sent one R2 file after the other: each image as linked, and the first file is refused then', () => {
    const first = r2('blink', 'blink-pattern-4');
    const second = r2('blink-pattern-4', 'blink-if-else-3', first);
    const app = [...loadSegments(elf('blink')), ...first.factory!];
    const node = startNode(elf('runtime'), app);
    expect(send(node, first.file, '1.04').deviceVersion).toBe('1.04');
    expect(node.flash(0x4000, first.expectedBytes.length)).toEqual(first.expectedBytes);
    expect(send(node, second.file, '1.03').deviceVersion).toBe('1.03');
    expect(node.flash(0x4000, second.expectedBytes.length)).toEqual(second.expectedBytes);
    expect(send(node, first.file, '1.04').state).toBe('failed');
    expect(versionOf(node)).toBe('1.03');
  });

  test('without a base file sent an R2 file: refused, nothing of the program was touched', () => {
    const node = nodeWith('blink');
    expect(send(node, r2('blink', 'blink-pattern-4').file, '1.04').state).toBe('failed');
    expect(versionOf(node)).toBe('1.00');
    expect(node.board.chip.flash.operationsTotal).toBe(0);
  });

  test('sent a script for another base: refused, nothing of the program was touched', () => {
    const node = nodeWith('blink-faster');
    expect(send(node, ifElse.file, '1.03').state).toBe('failed');
    expect(versionOf(node)).toBe('1.02');
    expect(node.board.chip.flash.operationsTotal).toBe(0);
  });

  test('at 2.6 V: refuses the update that it takes at 2.8 V', () => {
    const node = nodeWith('blink');
    node.board.chip.setSupplyMillivolts(2600);
    expect(send(node, ifElse.file, '1.03').state).toBe('failed');
    expect(versionOf(node)).toBe('1.00');
    expect(node.board.chip.flash.operationsTotal).toBe(0);
    node.board.chip.setSupplyMillivolts(2800);
    expect(send(node, ifElse.file, '1.03').deviceVersion).toBe('1.03');
  });

  test('with an application that never calls nodeService: keeps the node after three starts, and takes an update', () => {
    const { image } = program('blink');
    const call = Buffer.from(image).indexOf(Buffer.from([0xb0, 0x12, 0x00, 0xd0]));
    const silent = image.slice();
    // MOV R3, R3 twice.
    silent.set([0x03, 0x43, 0x03, 0x43], call);
    const node = startNode(elf('runtime'), [{ address: 0x4000, bytes: sealed(silent, '1.00') }]);
    const said: number[] = [];
    node.board.host.onTransmit = (byte) => said.push(byte);
    node.pass(2.9 * SECOND_US);
    expect(said).toEqual([]);
    node.pass(SECOND_US);
    expect(said.length).toBeGreaterThan(0);
    expect(send(node, delugeFile(image), '1.00').deviceVersion).toBe('1.00');
    expect(node.flash(0x4000, image.length)).toEqual(image);
  });

  test('without an application: logs in and takes a whole image', () => {
    const node = startNode(elf('runtime'), []);
    expect(versionOf(node)).toBe('----');
    expect(send(node, delugeFile(program('blink').image), '1.00').deviceVersion).toBe('1.00');
  });
});
