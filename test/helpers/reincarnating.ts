/** A session that dies and is restored before every call: what it forgets to save, it loses. */

import type { Session } from '../../harness/transport/session.ts';

export function reincarnating(create: () => Session): { session: Session; lives: () => number } {
  let current = create();
  let lives = 1;
  const reborn = (nowUs: number): Session => {
    const saved = current.save(nowUs);
    const next = create();
    next.restore(saved, nowUs);
    if (next.save(nowUs) !== saved) throw new Error(`${saved} became ${next.save(nowUs)}`);
    lives++;
    current = next;
    return next;
  };
  const session: Session = {
    get result() {
      return current.result;
    },
    get counters() {
      return current.counters;
    },
    deadlineUs: () => current.deadlineUs(),
    receive: (bytes, nowUs) => reborn(nowUs).receive(bytes, nowUs),
    tick: (nowUs) => reborn(nowUs).tick(nowUs),
    nextFrame: (nowUs) => reborn(nowUs).nextFrame(nowUs),
    save: (nowUs) => current.save(nowUs),
    restore: (saved, nowUs) => current.restore(saved, nowUs),
  };
  return { session, lives: () => lives };
}
