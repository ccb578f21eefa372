/** What the transport stage offers: one row a wire protocol; lines have their own list. Add yours here.
 *  Source: STYLE.md, recipes "wire protocol" and "link model".
 *  Leaves out: ports; the device stage has them. */

import { createProbeSession } from './power-load/probe-session.ts';
import { createStrangerSession } from './power-load/stranger-session.ts';
import { createUploadSession } from './power-load/upload-session.ts';
import { createRadioLoad } from './radio-load/session.ts';

export { createLine, lines } from './lines/index.ts';

export const transports = {
  'power-load': {
    upload: createUploadSession,
    probe: createProbeSession,
    stranger: createStrangerSession,
  },
  'radio-load': { upload: createRadioLoad },
} as const;
