/** Snapshots of a machine's linear memory: copy-on-write pages, shared between snapshots.
 *  Taking one copies the state arena and the pages dirtied since the last take or restore;
 *  restoring one copies back only pages that differ. Nothing outside the memory is state. */

import { CLEAN, DIRTY, type LinearMemory, PAGE_BYTES, PAGE_SHIFT } from './memory.ts';

export interface Snapshot {
  readonly state: Uint8Array;
  /** Content of every bulk page, index 0 = first page after the state arena. Never written to. */
  readonly pages: readonly Uint8Array[];
}

export class SnapshotStore {
  readonly #memory: LinearMemory;
  readonly #firstPage: number;
  /** What each page held at the last take or restore. */
  #synced: Uint8Array[];

  constructor(memory: LinearMemory) {
    this.#memory = memory;
    this.#firstPage = memory.stateBytes >>> PAGE_SHIFT;
    const count = memory.pageState.length - this.#firstPage;
    this.#synced = Array.from({ length: count }, (_, i) => this.#copyOf(this.#firstPage + i));
    memory.pageState.forEach((state, page) => {
      memory.pageState[page] = state & ~DIRTY;
    });
  }

  take(): Snapshot {
    const memory = this.#memory;
    const pages = this.#synced.slice();
    for (let i = 0; i < pages.length; i++) {
      const page = this.#firstPage + i;
      if ((memory.pageState[page]! & DIRTY) === 0) continue;
      pages[i] = this.#copyOf(page);
      memory.pageState[page] = memory.pageState[page]! & ~DIRTY;
    }
    this.#synced = pages.slice();
    return { state: memory.u8.slice(0, memory.stateBytes), pages };
  }

  restore(snapshot: Snapshot): void {
    const memory = this.#memory;
    memory.u8.set(snapshot.state, 0);
    for (let i = 0; i < this.#synced.length; i++) {
      const page = this.#firstPage + i;
      const wanted = snapshot.pages[i]!;
      if ((memory.pageState[page]! & DIRTY) === CLEAN && this.#synced[i] === wanted) continue;
      memory.u8.set(wanted, page << PAGE_SHIFT);
      memory.pageState[page] = memory.pageState[page]! & ~DIRTY;
      this.#synced[i] = wanted;
      for (const listener of memory.restoreListeners) listener(page);
    }
  }

  #copyOf(page: number): Uint8Array {
    return this.#memory.u8.slice(page << PAGE_SHIFT, (page << PAGE_SHIFT) + PAGE_BYTES);
  }
}
