/** A section of read-only data cut into pieces that can move apart.
 *  Objects come from symbols; between them, every address that something points to begins a piece (strings,
 *  jump tables). A reference to a local object is "section + offset" after the link: with an index in a
 *  register it may begin before its object, and a loop's end lies behind it. What cannot be told apart moves
 *  together. Leaves out: distances of more than one object, which no compiler seen here makes. */

export interface Range {
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

export interface Pointer {
  /** Address. */
  readonly value: number;
  /** exact: certainly in the object that it points to. start: the same if it points to the start of one.
   *  table: a jump table begins there. near: may belong to the object behind it, or, at the start of one, to
   *  the object in front. */
  readonly use: 'exact' | 'start' | 'table' | 'near';
}

export function dataPieces(
  section: Range,
  objects: readonly Range[],
  pointers: readonly Pointer[],
): Range[] {
  const cuts = new Set<number>([section.start]);
  for (const { start, end } of objects) cuts.add(start).add(end);
  const starts = new Set(pointers.filter(({ use }) => use !== 'near').map(({ value }) => value));
  const inObject = (value: number): boolean =>
    objects.some(({ start, end }) => start < value && value < end);
  for (const value of starts) if (!inObject(value)) cuts.add(value);
  const pieces = [...cuts]
    .filter((at) => at < section.end)
    .sort((a, b) => a - b)
    .map((start, index, all) => ({ start, end: all[index + 1] ?? section.end }))
    .filter((piece) => !isPadding(piece, objects, starts));
  return join(pieces, pointers);
}

/** A byte between two objects that nothing points to. */
const isPadding = (
  { start, end }: Range,
  objects: readonly Range[],
  starts: ReadonlySet<number>,
): boolean =>
  end - start === 1 && !starts.has(start) && objects.every((object) => object.start !== start);

function join(pieces: readonly Range[], pointers: readonly Pointer[]): Range[] {
  const tables = new Set(pointers.filter(({ use }) => use === 'table').map(({ value }) => value));
  const joined = new Set<number>();
  for (const { value, use } of pointers) {
    if (use === 'exact' || use === 'table') continue;
    const index = pieces.findLastIndex(({ start }) => start <= value);
    if (index < 0) continue;
    if (pieces[index]!.start !== value) joined.add(index + 1);
    else if (use === 'near' && index > 0) {
      const { start, end } = pieces[index - 1]!;
      if (end === value && !tables.has(start)) joined.add(index);
    }
  }
  const kept: Range[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (joined.has(index)) kept.push({ start: kept.pop()!.start, end: piece.end });
    else kept.push(piece);
  }
  return kept;
}
