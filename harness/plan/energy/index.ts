/** The energy profiles of the sensor node, one line each. */

import { datasheetProfile } from './datasheet.ts';
import { paperProfile } from './paper.ts';

export const energyProfiles = [datasheetProfile, paperProfile] as const;
