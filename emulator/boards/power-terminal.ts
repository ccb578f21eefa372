/** tmp */
import { createLpc2478, type Lpc2478, type Lpc2478Options } from '../chips/lpc2478.ts';

export function createPowerTerminal(options: Lpc2478Options): { chip: Lpc2478 } {
  const chip = createLpc2478(options);
  chip.uart(1).setPeer({ baud: 115_200, parity: 'even', stopBits: 1 });
  chip.setPin('P2.10', 'high');
  for (let i = 0; i < 6; i++) {
    chip.setWave(i, { offsetVolts: 1.65, amplitudeVolts: 1.0, hz: 50, phase: (i % 3) * 2.0944 });
  }
  return { chip };
}
