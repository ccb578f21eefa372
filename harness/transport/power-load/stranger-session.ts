/** A station without the key, to check that a terminal takes nothing from it.
 *  Source: decision 0001, row "AFN 0F F1": not open, AFN 00 F2, and nothing is erased.
 *  Leaves out: guessing of keys. */

import { Prng } from '../../prng.ts';
import { type Answer, type AskSession, askSession } from './ask-session.ts';
import { FILE_ERROR, segmentsOf } from './file.ts';
import type { UploadPlan } from './upload-session.ts';
import { BLOCK_BYTES } from './xtea.ts';

/** A stranger without the key: clears the file and sends a whole one, without AFN 06. A terminal denies each. */
export function createStrangerSession(plan: UploadPlan): AskSession {
  const segments = segmentsOf(plan.packed, plan.segmentBytes ?? 256, plan.dialect);
  return askSession({
    dialect: plan.dialect,
    address: plan.address,
    // A password of 2004 is then wrong as well; 376.1 leaves that field zero on AFN 0F.
    key: new Prng(plan.seed ?? 0).bytes(2 * BLOCK_BYTES),
    requests: [
      { ask: 'clear' },
      ...segments.map((segment) => ({ ask: 'segment', segment }) as const),
    ],
    waitUs: 2_000_000,
    timeoutUs: plan.timeoutUs ?? 10_000_000,
    sends: 1 + (plan.retransmissions ?? 3),
    isAnswer: (_, message) => message.says === 'stored' && message.index !== FILE_ERROR,
    conclude: (answers) => {
      const count = (wanted: Answer) => answers.filter((answer) => answer === wanted).length;
      const summary = `of ${answers.length} frames without AFN 06 the terminal took ${count('answered')}, denied ${count('denied')}, left ${count('silent')} unanswered`;
      return { state: 'done', summary, deviceVersion: null };
    },
  });
}
