/** The runtime of the MSP430F1611 fixture takes files over the radio. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  freshNode,
  planInSitu,
  planRebuild,
  readProgram,
} from '../../../harness/plan/easilir/index.ts';
import { FIXTURES_ROOT } from '../../../harness/scenarios.ts';
import { FIXTURE_STATION } from '../../../harness/transport/power-load/defaults.ts';
import {
  createRadioLoad,
  type RadioLoadPlan,
} from '../../../harness/transport/radio-load/session.ts';
import type { Session } from '../../../harness/transport/session.ts';
import { createProbe } from '../../../harness/transport/stations.ts';
import { delugeFile } from '../../helpers/ez240-files.ts';
import { type Ez240Node, startNode } from '../../helpers/ez240-node.ts';
import { loadSegments } from '../../helpers/msp430-image.ts';
import { loadByRadio } from '../../helpers/radio-station.ts';

const elf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`)));
const program = (name: string) => readProgram(elf(name), name);
const TIMEOUT_MS = 120_000;
const SECOND_US = 1e6;
/** Until an application is trusted, and the radio is the runtime's if the application has left it. */
const TRUST_US = 14 * SECOND_US;

const nodeWith = (name: string): Ez240Node => startNode(elf('runtime'), loadSegments(elf(name)));
const versionOf = (node: Ez240Node) => node.talk(createProbe('376.1')).result.deviceVersion;
const session = (file: Uint8Array, other: Partial<RadioLoadPlan> = {}): Session =>
  createRadioLoad({
    ...FIXTURE_STATION,
    ...{ file, radio: { network: 0x22, to: 0xffff, from: 0x99 }, seed: 1 },
    ...other,
  });
const ifElse = planInSitu(freshNode(program('blink')), program('blink-if-else'));
const losses = [0, 0.2];

describe('MSP430 runtime, over the radio', { timeout: TIMEOUT_MS }, () => {
  test.each(losses)(
    'under Blink, which leaves the radio off, %d of all frames lost: in situ',
    (probability) => {
      const node = nodeWith('blink');
      node.pass(TRUST_US);
      const load = session(ifElse.file);
      const { lost } = loadByRadio(node, load, { seed: 3, probability });
      expect(load.result.summary).toBe('the node has accepted the file');
      expect(lost > 0).toBe(probability > 0);
      expect(versionOf(node)).toBe('1.03');
      expect(node.flash(0x4000, ifElse.node.flash.length)).toEqual(ifElse.node.flash);
    },
  );

  test.each(losses)(
    'under RadioCountToLeds, which owns it, %d of all frames lost: rebuilt',
    (probability) => {
      const node = nodeWith('radio-count');
      const { file } = planRebuild(freshNode(program('radio-count')), program('blink'));
      node.pass(SECOND_US);
      const load = session(file);
      loadByRadio(node, load, { seed: 4, probability });
      expect(load.result.summary).toBe('the node has accepted the file');
      expect(versionOf(node)).toBe('1.00');
      expect(node.flash(0x4000, program('blink').image.length)).toEqual(program('blink').image);
    },
  );

  test('a file for another base is refused before a segment of it was sent', () => {
    const node = nodeWith('blink-faster');
    node.pass(TRUST_US);
    const load = session(ifElse.file);
    loadByRadio(node, load, { seed: 1, probability: 0 });
    expect(load.result.summary).toContain('not for what it holds');
    expect(load.counters.framesSent).toBe(1);
    expect(versionOf(node)).toBe('1.02');
    expect(node.board.chip.flash.operationsTotal).toBe(0);
  });

  test('a station with the wrong key is not answered, and the application runs on', () => {
    const node = nodeWith('radio-count');
    node.pass(SECOND_US);
    const resets = node.board.chip.resets;
    const load = session(ifElse.file, { key: new Uint8Array(16) });
    loadByRadio(node, load, { seed: 1, probability: 0 });
    expect(load.result.summary).toBe('no answer from the node, begin');
    expect(load.counters.framesReceived).toBe(0);
    expect(node.board.chip.resets).toBe(resets);
  });

  test('without an application: a whole image', () => {
    const node = startNode(elf('runtime'), []);
    node.pass(SECOND_US);
    const load = session(delugeFile(program('blink').image));
    loadByRadio(node, load, { seed: 1, probability: 0 });
    expect(load.result.summary).toBe('the node has accepted the file');
    expect(versionOf(node)).toBe('1.00');
  });
});
