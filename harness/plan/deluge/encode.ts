/** Scheme `deluge`: the whole image, with the reprogramming protocol that is linked into every image of such a
 *  node. What the two weigh is what a node pays for each version, however little has changed.
 *  Source: Hui and Culler 2004 (the protocol is a part of each image); firmware-fixtures/msp430f1611/README.md.
 *  Leaves out: pages and advertisements of its own; the frames are the station's. */

import { sealNodeFile } from '../node-file.ts';
import type { PlanInput, UpdatePlan } from '../plan.ts';
import { checkRoom } from '../room.ts';
import { predictDelugeCost } from './cost.ts';

const NOTHING = new Uint8Array();

export function planDeluge(input: PlanInput): UpdatePlan {
  const { target, newBytes, newVersion, node } = input;
  checkRoom(target, 'deluge', { imageBytes: newBytes.length, patchBytes: 0, journal: false });
  const file = sealNodeFile({
    kind: 'deluge',
    base: null,
    after: newBytes,
    areaBefore: NOTHING,
    areaAfter: NOTHING,
    body: bodyOf(newBytes, node?.residentBytes ?? NOTHING),
  });
  return {
    scheme: 'deluge',
    file,
    segmentBytes: target.segmentBytes,
    applicationAddress: target.applicationAddress,
    expectedBytes: newBytes,
    expectedVersion: newVersion,
    predicted: predictDelugeCost(file.length, newBytes.length, target),
  };
}

/** Length of the application's image, then both. */
function bodyOf(image: Uint8Array, protocol: Uint8Array): Uint8Array {
  const body = new Uint8Array(2 + image.length + protocol.length);
  new DataView(body.buffer).setUint16(0, image.length, true);
  body.set(image, 2);
  body.set(protocol, 2 + image.length);
  return body;
}
