/** COPY and ADD, the two operations of every delta here, with their place in the new image.
 *  Source: Kachman and Balaz 2016, section 3.2.
 *  Leaves out: how a scheme writes them into its body (dg/body.ts, r3diff/body.ts). */

export interface Copy {
  readonly kind: 'copy';
  /** Offset in the old image. */
  readonly source: number;
  /** Offset in the new image. */
  readonly destination: number;
  readonly length: number;
}

export interface Add {
  readonly kind: 'add';
  readonly destination: number;
  readonly bytes: Uint8Array;
  /** Where the bytes lie in the patch file; only once it is written. */
  readonly fileOffset?: number;
}

export type Operation = Copy | Add;

export const lengthOf = (operation: Operation): number =>
  operation.kind === 'copy' ? operation.length : operation.bytes.length;

export const isCopy = (operation: Operation): operation is Copy => operation.kind === 'copy';
export const isAdd = (operation: Operation): operation is Add => operation.kind === 'add';
