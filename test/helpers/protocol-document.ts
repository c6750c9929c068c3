// Reads docs/protocol.md: its examples, its tables, and its headings.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Example {
  readonly name: string;
  /** `data`: of whichever end of a file's way. */
  readonly from: 'client' | 'server' | 'either' | 'data';
  readonly bytes: Buffer;
  /** The value as the JSON block beside it gives it, if there is one. */
  readonly value: unknown;
  /** Bytes of another encoder: read, but not written by the program. */
  readonly foreign: boolean;
  /** The code with which it is refused. */
  readonly refused: string | null;
}

export interface Table {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const DOCUMENT = readFileSync(fileURLToPath(new URL('../../docs/protocol.md', import.meta.url)), 'utf8');

/** The bytes of a hexadecimal block; what follows a semicolon is a comment. */
export function bytesOf(block: string): Buffer {
  const digits = block.replace(/;.*$/gm, '').replace(/\s+/g, '');
  if (!/^(?:[0-9a-f]{2})*$/.test(digits)) throw new Error(`not hexadecimal: ${digits}`);
  return Buffer.from(digits, 'hex');
}

/** The body of the one block with this tag line. */
export function blockOf(tag: string): string {
  const found = [...DOCUMENT.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].filter(each => each[1] === tag);
  if (found.length !== 1) throw new Error(`${found.length} blocks ${tag}`);
  return found[0]?.[2] ?? '';
}

export function examples(): readonly Example[] {
  const json = new Map<string, unknown>();
  for (const [, name = '', body = ''] of DOCUMENT.matchAll(/^```json name=(\S+)\n([\s\S]*?)^```$/gm)) {
    json.set(name, JSON.parse(body));
  }
  const found: Example[] = [];
  for (const [, tag = '', body = ''] of DOCUMENT.matchAll(/^```hex (name=.*)\n([\s\S]*?)^```$/gm)) {
    const [, name = '', from = '', rest = ''] = /^name=(\S+) from=(client|server|either|data)(.*)$/.exec(tag) ?? [];
    const refused = /refused=(\S+)/.exec(rest)?.[1] ?? null;
    const foreign = rest.includes('accepts');
    found.push({ name, from: from as Example['from'], bytes: bytesOf(body), value: json.get(name), foreign, refused });
  }
  return found;
}

export function tables(): readonly Table[] {
  const found: Table[] = [];
  let heading = '';
  let lines: string[] = [];
  const finish = () => {
    const [columns, , ...rows] = lines.map(line => line.slice(1, -1).split(' | ').map(plain));
    if (columns) found.push({ heading, columns, rows });
    lines = [];
  };
  for (const line of DOCUMENT.replace(/^```[\s\S]*?^```$/gm, '').split('\n')) {
    if (line.startsWith('|')) lines.push(line);
    else finish();
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
  }
  finish();
  return found;
}

/** The first column of all tables whose first column has this name. */
export function column(name: string): readonly string[] {
  return tables().flatMap(table => (table.columns[0] === name ? table.rows.map(row => row[0] ?? '') : []));
}

/** The tables' cells without spaces and, around a single word, without code marks. */
function plain(cell: string): string {
  const text = cell.trim();
  return /^`[^`]*`$/.test(text) ? text.slice(1, -1) : text;
}

/** A decoded value as the document writes it in JSON: binary is a string that begins with `hex:`. */
export function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return `hex:${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asJson(each)]));
}
