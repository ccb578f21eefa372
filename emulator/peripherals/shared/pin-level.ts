/** What a board does to a pin of any chip. Leaves out: voltages between the two levels (waveform.ts). */
export type PinLevel = 'low' | 'high' | 'float';
