/** R2's file made from real images, and what a node must make of it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packImage } from '../../../../harness/image/pack.ts';
import { parseImage } from '../../../../harness/image/read-image.ts';
import { lengthOf } from '../../../../harness/plan/operations.ts';
import type { NodeInput, UpdatePlan } from '../../../../harness/plan/plan.ts';
import { loadBase } from '../../../../harness/plan/r2/base-file.ts';
import { planR2 } from '../../../../harness/plan/r2/encode.ts';
import { readBody } from '../../../../harness/plan/r3diff/body.ts';
import { targets } from '../../../../harness/plan/targets.ts';
import { FIXTURES_ROOT } from '../../../../harness/scenarios.ts';

const target = targets.msp430f1611;
const SLOT_HEADER = 12;
const ENVELOPE = 18;

function application(name: string) {
  const elf = readFileSync(join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`));
  const range = { from: target.applicationAddress, to: target.applicationEnd, file: name };
  return { program: { file: name, elf }, packed: packImage(parseImage(elf, name), range) };
}

function plan(from: string, to: string, earlier: readonly UpdatePlan[] = []): UpdatePlan {
  const [old, fresh] = [application(from), application(to)];
  const node: NodeInput = {
    residentBytes: new Uint8Array(),
    oldProgram: old.program,
    newProgram: fresh.program,
    earlier,
  };
  return planR2({ target, oldBytes: old.packed, newBytes: fresh.packed, newVersion: null, node });
}

/** The new base file, as the node makes it from the one in its slot. */
function rebuild(base: Uint8Array, file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer);
  const body = file.subarray(ENVELOPE, -2);
  const newBytes = view.getUint16(ENVELOPE, true);
  const patch = { body: 'r3', descending: false, journal: false, oldCrc: 0, newCrc: 0 } as const;
  const content = body.subarray(4);
  const made = new Uint8Array(newBytes);
  for (const one of readBody({ ...patch, content, oldBytes: base.length, newBytes }, 'r2')) {
    const bytes =
      one.kind === 'add' ? one.bytes : base.subarray(one.source, one.source + one.length);
    made.set(bytes, one.destination);
    expect(bytes.length).toBe(lengthOf(one));
  }
  return made;
}

test.each([
  ['blink', 'blink-led-off'],
  ['blink', 'blink-if-else'],
  ['blink-pattern', 'blink-faster'],
])('%s to %s: base file and image come out as the new version', (from, to) => {
  const made = plan(from, to);
  const [slot] = made.factory!;
  const base = slot!.bytes.subarray(SLOT_HEADER);
  expect(loadBase(base, 'slot')).toEqual(Uint8Array.from(application(from).packed));
  expect(loadBase(rebuild(base, made.file), 'made')).toEqual(Uint8Array.from(made.expectedBytes));
  expect(made.file.length).toBeLessThan(made.expectedBytes.length / 2);
});

test('the next update starts from the base file that the one before left', () => {
  const first = plan('blink', 'blink-if-else');
  const second = plan('blink-if-else', 'blink-pattern', [first]);
  expect(second.factory).toEqual([]);
  const base = rebuild(first.factory![0]!.bytes.subarray(SLOT_HEADER), first.file);
  expect(loadBase(rebuild(base, second.file), 'made')).toEqual(
    Uint8Array.from(second.expectedBytes),
  );
});

test('without an ELF there is no telling what refers to what', () => {
  const { packed } = application('blink');
  const input = { target, oldBytes: packed, newBytes: packed, newVersion: null };
  expect(() => planR2(input)).toThrow(/--emit-relocs/);
});
