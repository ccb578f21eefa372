/** Profile `paper`: what can be worked out from Qiu et al. 2014, section 3. The text of its table of operations is
 *  not recovered; two sums are: 69.4 mJ for 1,870 bytes sent, and a rebuilt byte at about a tenth of a sent one.
 *  Leaves out: a split of the rebuilt byte into reads, erases and programs. All of it is put on the byte that is
 *  programmed, so this profile does not see what is merely read or staged. */

import type { EnergyProfile } from './profile.ts';

const BYTE_SENT_NANOJOULES = 37_100;
const REBUILT_SHARE = 0.1;
const IN_REBUILT_BYTE = 'in the figure for a rebuilt byte';

export const paperProfile: EnergyProfile = {
  name: 'paper',
  communication: { updateByte: BYTE_SENT_NANOJOULES, byteSent: 0 },
  rebuilding: {
    flashBytesRead: 0,
    flashBytesProgrammed: BYTE_SENT_NANOJOULES * REBUILT_SHARE,
    segmentErases: 0,
    externalBytesRead: 0,
    externalBytesProgrammed: 0,
    sectorErases: 0,
  },
  sources: {
    updateByte: 'derived: 69.4 mJ for 1,870 bytes (case D)',
    byteSent: 'the paper counts what the station sends',
    flashBytesRead: IN_REBUILT_BYTE,
    flashBytesProgrammed: 'derived: about 10 % of a byte sent',
    segmentErases: IN_REBUILT_BYTE,
    externalBytesRead: IN_REBUILT_BYTE,
    externalBytesProgrammed: IN_REBUILT_BYTE,
    sectorErases: IN_REBUILT_BYTE,
  },
};
