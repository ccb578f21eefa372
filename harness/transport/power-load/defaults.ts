/** Address and key of the fixtures: what a station speaks to if nothing else is said.
 *  Source: decision 0001, rows "address" and "AFN 06 F2".
 *  Leaves out: any real terminal's. */

import { dialects } from '../dialects.ts';
import type { StationConfig } from './messages.ts';

export const FIXTURE_STATION: StationConfig = {
  dialect: dialects['376.1'],
  address: { region: 0x0171, terminal: 0x0822, a3: 0x02 },
  key: Uint8Array.from({ length: 16 }, (_, i) => i),
};
