// The command line of the benchmark.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const PARTS = [
  'fanout',
  'ack',
  'logins',
  'frozen',
  'open',
  'search',
  'catchup',
  'files',
  'files-crowd',
  'files-disk',
  'client-memory',
  'screen',
  'dashboard',
  'start',
] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Times that each thing is measured; the median counts. */
  readonly runs: number;
  readonly members: readonly number[];
  /** Bytes of a message's text. */
  readonly bytes: readonly number[];
  /** Seconds of one measurement. */
  readonly seconds: number;
  /** Seconds in which the dashboard's log has to keep up. */
  readonly logSeconds: number;
  readonly servers: readonly string[] | null;
  /** Parts of fan-out: closed, open, memory. */
  readonly loads: readonly string[];
  /** Messages in the model of the screen. */
  readonly messages: readonly number[];
  /** Messages a second whose acks are timed, and bytes of their text. */
  readonly rates: readonly number[];
  readonly ackBytes: readonly number[];
  /** Messages of the room that is opened, searched and scrolled. */
  readonly logged: number;
  /** Messages that a client has missed when it comes back. */
  readonly missed: readonly number[];
  /** GiB of the files that are sent. */
  readonly gib: readonly number[];
  /** Where data of servers lie while something is measured: on a disk. */
  readonly data: string;
  /** The built program that is measured. */
  readonly program: string;
  /** A second build to set beside it, as the server `other`. */
  readonly other: string | null;
  /** Where CPU profiles of tchat's server go. */
  readonly profile: string | null;
  readonly json: string | null;
}

export const USAGE = `npm run bench -- [PART…] [options]
  parts: ${PARTS.join(', ')} (all)
  --runs N           measurements of each thing; the median counts (5)
  --members N,…      members of the room (10,100,1000)
  --bytes N,…        bytes of a message's text (64,440; for ack 64,1024)
  --seconds N        length of one measurement (3; of the dashboard's log 60)
  --servers NAME,…   tchat, other, bare-tls, plain, memory, bare, inspircd, ngircd (those installed)
  --loads NAME,…     closed, open, memory (all)
  --messages N,…     messages in the screen's model (1000,100000,1000000)
  --rates N,…        messages a second whose acks are timed (500,2000,8000)
  --logged N         messages of the long room (1000000)
  --missed N,…       messages that a client catches up (10000,100000)
  --gib N,…          GiB of the files that are sent (1)
  --data DIR         a folder on a disk, for the servers' data (the system's temporary one)
  --program FILE     the built program (dist/main.js)
  --other FILE       another build of it, measured beside it
  --profile DIR      write CPU profiles of tchat's server there
  --json FILE        where the results go (bench/results/TIME.json)
`;

/** Null where help is asked for. Throws a TypeError for what it does not know. */
export function readOptions(words: readonly string[]): BenchOptions | null {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      ...{ runs: text, members: text, bytes: text, seconds: text, servers: text, loads: text, messages: text },
      ...{ rates: text, logged: text, missed: text, data: text, gib: text },
      ...{ program: text, other: text, profile: text, json: text },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return null;
  const wrong = positionals.find(name => !PARTS.includes(name as Part));
  if (wrong !== undefined) throw new TypeError(`there is no part "${wrong}"`);
  return {
    parts: positionals.length === 0 ? PARTS : PARTS.filter(part => positionals.includes(part)),
    runs: number(values.runs ?? '5'),
    members: numbers(values.members ?? '10,100,1000'),
    bytes: numbers(values.bytes ?? '64,440'),
    seconds: number(values.seconds ?? '3'),
    logSeconds: number(values.seconds ?? '60'),
    servers: values.servers?.split(',') ?? null,
    loads: (values.loads ?? 'closed,open,memory').split(','),
    messages: numbers(values.messages ?? '1000,100000,1000000'),
    rates: numbers(values.rates ?? '500,2000,8000'),
    ackBytes: numbers(values.bytes ?? '64,1024'),
    logged: number(values.logged ?? '1000000'),
    missed: numbers(values.missed ?? '10000,100000'),
    gib: numbers(values.gib ?? '1'),
    data: values.data ?? tmpdir(),
    program: values.program ?? fileURLToPath(new URL('../dist/main.js', import.meta.url)),
    other: values.other ?? null,
    profile: values.profile ?? null,
    json: values.json ?? null,
  };
}

function numbers(text: string): number[] {
  return text.split(',').map(number);
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new TypeError(`"${text}" is no whole number above 0`);
  return value;
}
