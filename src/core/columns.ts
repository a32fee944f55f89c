/** Many objects of one shape as one list for each of their keys: what is saved then holds the names of the keys once, not with each object. */
export type Columns<Row> = { readonly [Key in keyof Row]?: readonly Row[Key][] };

/** @param rows all with the same keys. */
export function toColumns<Row extends object>(rows: readonly Row[]): Columns<Row> {
  const columns: { [Key in keyof Row]?: Row[Key][] } = {};
  for (const key of Object.keys(rows[0] ?? {}) as (keyof Row)[]) columns[key] = rows.map((row) => row[key]);
  return columns;
}

export function fromColumns<Row extends object>(columns: Columns<Row>): Row[] {
  const keys = Object.keys(columns) as (keyof Row)[];
  const first = keys[0] === undefined ? [] : columns[keys[0]]!;
  return first.map((_, index) => Object.fromEntries(keys.map((key) => [key, columns[key]![index]])) as Row);
}
