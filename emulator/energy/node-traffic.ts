/** What an update moves in a sensor node, counted on the board while its runtime runs.
 *  Source: Qiu et al. 2014, section 6 (reads and writes of program flash, external flash, bytes sent).
 *  Leaves out: instruction fetches, RAM; the serial line, which the station counts. */

export interface NodeTraffic {
  /** Main memory as data, by the CPU; information memory is not counted. */
  readonly flashBytesRead: number;
  readonly flashBytesProgrammed: number;
  readonly segmentErases: number;
  readonly externalBytesRead: number;
  readonly externalBytesProgrammed: number;
  readonly sectorErases: number;
  /** On the air, with preamble, length and check. */
  readonly radioBytesSent: number;
  readonly radioBytesReceived: number;
}
