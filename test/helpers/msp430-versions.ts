/** Programs in C made up from a seed, and versions of them: statements that come, go and change, functions and
 *  tables too. They do nothing of use, but read and write ports, so that two builds can be compared as they run. */

import { Prng } from '../../harness/prng.ts';

export interface Version {
  readonly functions: readonly Made[];
  readonly tables: readonly (readonly number[])[];
}

interface Made {
  readonly name: string;
  /** Calls only functions of a lower one. */
  readonly rank: number;
  readonly isStatic: boolean;
  readonly statements: readonly string[];
}

const TABLES = 7;
const GLOBALS = 24;

export function firstVersion(seed: number, count: number): Version {
  const prng = new Prng(seed);
  const functions = Array.from({ length: count }, (_, rank): Made => {
    const statements = Array.from({ length: 3 + prng.below(12) }, () => statement(prng, rank));
    return { name: `f${rank}`, rank, isStatic: prng.below(3) === 0, statements };
  });
  const tables = Array.from({ length: TABLES }, () => row(prng));
  return { functions, tables };
}

const row = (prng: Prng): number[] => Array.from({ length: 4 }, () => prng.below(0x10000));

/** @param edits how many places change. */
export function nextVersion(version: Version, seed: number, edits: number): Version {
  const prng = new Prng(seed);
  const functions = version.functions.map((one) => ({ ...one, statements: [...one.statements] }));
  const tables = version.tables.map((one) => [...one]);
  for (let edit = 0; edit < edits; edit++) {
    const index = prng.below(functions.length);
    const { statements, rank } = functions[index]!;
    const at = prng.below(statements.length);
    const kind = prng.below(9);
    if (kind < 3) statements.splice(at, 0, statement(prng, rank));
    else if (kind < 5 && statements.length > 1) statements.splice(at, 1);
    else if (kind < 7) statements[at] = statement(prng, rank);
    else if (kind === 7) tables[prng.below(TABLES)] = row(prng);
    else {
      const name = `n${seed}x${edit}`;
      const body = Array.from({ length: 2 + prng.below(8) }, () => statement(prng, rank));
      functions.splice(index, 0, { name, rank, isStatic: false, statements: body });
      statements.push(`x += ${name}(x);`);
    }
  }
  return { functions, tables };
}

function statement(prng: Prng, rank: number): string {
  const g = `g${prng.below(GLOBALS)}`;
  const h = `g${prng.below(GLOBALS)}`;
  const c = prng.below(1000);
  const callee = rank > 0 ? `f${prng.below(rank)}` : 'leaf';
  const forms = [
    `${g} += ${c};`,
    `if (${g} > ${c}) { ${h} ^= x; } else { ${h} = ${c}; }`,
    `for (unsigned i = 0; i < ${2 + prng.below(9)}; i++) { ${g} += t${rank % TABLES}[i & 3] + ${c}; }`,
    `x += ${callee}(x ^ ${c});`,
    `switch (x & 7) { case 0: ${g} = ${c}; break; case 1: ${h} = 1; break; case 2: x += ${c}; break;
      case 3: ${g}++; break; case 4: ${h} = ${g}; break; case 5: x ^= ${g}; break; default: x = ${c}; }`,
    `PORT${prng.below(3)} = ${c & 255};`,
    `say("text ${prng.below(40)} ${'abcdefghij'.slice(prng.below(9))}");`,
    // What is called through a pointer calls nothing: no recursion without an end.
    'pointer = x & 1 ? leaf : other;',
    `if (PORT1 & ${1 << prng.below(8)}) { ${g}--; PORT0 = ${g}; }`,
    `if (x == ${c} && ${g} < ${h}) return ${prng.below(99)};`,
    `${g} = ${h} << ${1 + prng.below(3)};`,
    `buffer[x & 15] = ${g};`,
    `x ^= pointer(${c});`,
    `${g} = t${rank % TABLES}[(x >> 2) & 3] - ${h};`,
    `if (x & 3) x = t${rank % TABLES}[(x & 3) - 1];`,
  ];
  return forms[prng.below(forms.length)]!;
}

export function sourceOf({ functions, tables }: Version): string {
  const head = ({ name, isStatic }: Made): string =>
    `__attribute__((noinline)) ${isStatic ? 'static ' : ''}unsigned ${name}(unsigned x)`;
  const globals = Array.from({ length: GLOBALS }, (_, i) => {
    return `unsigned g${i}${i % 4 === 0 ? ` = ${i * 7 + 1}` : ''};`;
  });
  const lines = [
    'extern volatile unsigned char PORT0, PORT1, PORT2;',
    ...globals,
    'unsigned buffer[16];',
    ...tables.map((values, i) => `${i % 2 ? 'static ' : ''}const unsigned t${i}[4] = {${values}};`),
    '__attribute__((noinline)) unsigned leaf(unsigned x) { PORT0 = x; return x >> 1; }',
    '__attribute__((noinline)) unsigned other(unsigned x) { PORT2 = x; return x + 3; }',
    'unsigned (*pointer)(unsigned) = other;',
    '__attribute__((noinline)) void say(const char *text) { while (*text) PORT2 = *text++; }',
    ...functions.map((one) => `${head(one)};`),
    ...functions.map(
      (one) => `${head(one)} {\n  ${one.statements.join('\n  ')}\n  return x + ${one.rank};\n}`,
    ),
    `int main(void) { unsigned x = 0; for (;;) { PORT1 = x; ${functions
      .map(({ name }) => `x += ${name}(x);`)
      .join(' ')} } }`,
  ];
  return lines.join('\n');
}
