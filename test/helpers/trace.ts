/** What a station sent, in words and with its time, for tests that compare courses. */

import { type Dialect, dialects } from '../../harness/transport/dialects.ts';
import { describeFrame } from '../../harness/transport/power-load/describe.ts';
import type { VirtualLink } from './virtual-link.ts';

export interface Sending {
  readonly atUs: number;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Notes every frame down; frames for which `loses` is true do not arrive. */
export function traceDown(
  link: VirtualLink,
  loses: (text: string, count: number) => boolean = () => false,
  dialect: Dialect = dialects['376.1'],
): Sending[] {
  const sendings: Sending[] = [];
  link.onDown = (bytes, atUs) => {
    const text = describeFrame(bytes, dialect).replace(/ #\d+$/, '');
    sendings.push({ atUs, text, bytes });
    return !loses(text, sendings.length - 1);
  };
  return sendings;
}
