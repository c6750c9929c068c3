// The users' table: sorting, filtering, selecting and scrolling. Pure.
import type { Column, Model, Table, UserRow } from './model.ts';

export const EMPTY_TABLE: Table = {
  rows: [],
  shown: [],
  sort: 'idle',
  reversed: false,
  filter: '',
  selected: null,
  top: 0,
};

/** In the order of the screen. */
export const COLUMNS: readonly Column[] = ['name', 'address', 'since', 'idle', 'rooms', 'rate', 'in', 'out', 'lag'];

const TEXTS = new Intl.Collator('en', { numeric: true });

/** What interests most comes first: the newest, the most recently active, the largest. */
const ORDERS: { readonly [C in Column]: (one: UserRow, other: UserRow) => number } = {
  name: (one, other) => TEXTS.compare(one.name, other.name),
  address: (one, other) => TEXTS.compare(one.address, other.address),
  since: (one, other) => other.since - one.since,
  idle: (one, other) => other.lastActive - one.lastActive,
  rooms: (one, other) => other.rooms - one.rooms,
  rate: (one, other) => other.messagesPerSecond - one.messagesPerSecond,
  in: (one, other) => other.bytesInPerSecond - one.bytesInPerSecond,
  out: (one, other) => other.bytesOutPerSecond - one.bytesOutPerSecond,
  lag: (one, other) => other.queuedBytes - one.queuedBytes,
};

/** Everybody anew. The selection stays with its person, or with its place when the person is gone. */
export function withRows(table: Table, rows: readonly UserRow[], height: number): Table {
  const at = selectedIndex(table);
  const inView = at >= table.top && at < table.top + height;
  const next = arranged({ ...table, rows });
  const kept = selectedIndex(next);
  const index = kept >= 0 || table.selected === null ? kept : Math.min(at, next.shown.length - 1);
  const selected = next.shown[index]?.account ?? null;
  const placed = { ...next, selected };
  return inView ? reveal(placed, height) : placed;
}

/** Sorted by a column; by the same column again: the other way round. */
export function sortedBy(table: Table, column: Column, height: number): Table {
  const reversed = column === table.sort ? !table.reversed : false;
  return reveal(arranged({ ...table, sort: column, reversed }), height);
}

export function filteredBy(table: Table, filter: string, height: number): Table {
  return reveal(arranged({ ...table, filter, top: 0 }), height);
}

/** Selects `delta` rows further; without a selection the first visible row. */
export function moved(table: Table, delta: number, height: number): Table {
  const at = selectedIndex(table);
  const wanted = at < 0 ? table.top : at + delta;
  return selectedAt(table, wanted, height);
}

export function selectedAt(table: Table, index: number, height: number): Table {
  const row = table.shown[Math.min(Math.max(index, 0), table.shown.length - 1)];
  return row ? reveal({ ...table, selected: row.account }, height) : table;
}

/** Scrolls without selecting. */
export function scrolled(table: Table, delta: number, height: number): Table {
  const top = clampTop(table.top + delta, table.shown.length, height);
  return top === table.top ? table : { ...table, top };
}

/** Index in `shown`, or -1. */
export function selectedIndex(table: Table): number {
  return table.selected === null ? -1 : table.shown.findIndex(row => row.account === table.selected);
}

export function selectedRow(model: Model): UserRow | undefined {
  return model.table.shown[selectedIndex(model.table)];
}

/** The column after this one, round and round. */
export function columnAfter(column: Column): Column {
  return COLUMNS[(COLUMNS.indexOf(column) + 1) % COLUMNS.length]!;
}

/** The table with its selection in view and no room left empty below. */
export function reveal(table: Table, height: number): Table {
  const at = selectedIndex(table);
  let top = table.top;
  if (at >= 0) top = Math.min(Math.max(top, at - height + 1), at);
  top = clampTop(top, table.shown.length, height);
  return top === table.top ? table : { ...table, top };
}

function clampTop(top: number, count: number, height: number): number {
  return Math.max(0, Math.min(top, count - Math.max(height, 1)));
}

function arranged(table: Table): Table {
  const order = ORDERS[table.sort];
  const sign = table.reversed ? -1 : 1;
  const words = table.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = words.length === 0 ? table.rows : table.rows.filter(row => matches(row, words));
  const shown = kept.toSorted((one, other) => sign * order(one, other) || TEXTS.compare(one.name, other.name));
  return { ...table, shown };
}

function matches(row: UserRow, words: readonly string[]): boolean {
  const text = `${row.name} ${row.address} ${row.role}`.toLowerCase();
  return words.every(word => text.includes(word.startsWith('@') ? word.slice(1) : word));
}
