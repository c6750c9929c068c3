// The arrows between folders, as DESIGN §2 draws them: this table is the truth, and the code is held against it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SRC = join(ROOT, 'src');

/** Lines above which a file is certainly two. */
const FILE_LINES = 400;

interface Layer {
  /** Folders or files of src that it may import, besides itself and EVERYWHERE. */
  readonly from: readonly string[];
  /** Modules of Node and packages. */
  readonly uses: readonly string[];
}

const EVERYWHERE = ['errors.ts', 'limits.ts'];
const PURE: readonly string[] = [];

/** The longest name that fits a file is its layer. */
const LAYERS: Readonly<Record<string, Layer>> = {
  'errors.ts': { from: [], uses: PURE },
  'limits.ts': { from: [], uses: PURE },
  // Where settings, data and downloads live.
  'folders.ts': { from: [], uses: ['node:os', 'node:path', 'node:process'] },
  // Read from package.json.
  'version.ts': { from: [], uses: ['node:fs', 'node:module', 'node:url'] },
  'config.ts': { from: ['folders.ts', 'words'], uses: ['conf', 'node:fs', 'node:os', 'node:path'] },
  'main.ts': {
    from: ['commands', 'version.ts', 'words'],
    uses: ['node:process', 'node:module', 'node:url', 'commander'],
  },
  // A sentence may name what a peer wrote: it is cleaned there.
  words: { from: ['chat/text.ts'], uses: PURE },
  chat: { from: [], uses: PURE },
  protocol: { from: ['chat'], uses: ['node:buffer', 'msgpackr'] },
  // Ping, pong and close are frame types; what a packet means is not its business.
  session: {
    from: ['protocol/frame.ts', 'session/sweep.ts'],
    uses: ['node:net', 'node:tls', 'node:stream', 'node:events', 'node:timers', 'node:perf_hooks'],
  },
  // The only one that speaks to the engine's collector.
  'session/sweep.ts': { from: [], uses: ['node:v8', 'node:vm'] },
  identity: { from: ['chat'], uses: ['node:crypto', 'node:fs', 'node:path'] },
  store: { from: ['chat'], uses: ['node:fs', 'node:path', 'node:worker_threads', 'node:crypto', 'better-sqlite3'] },
  bus: {
    from: ['chat'],
    uses: ['node:events', '@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv', '@nats-io/obj'],
  },
  // What it remembers is kept by the client's store.
  transfer: {
    from: ['chat', 'protocol', 'session', 'store/transfer-journal.ts'],
    uses: ['node:crypto', 'node:stream', 'node:fs', 'node:fs/promises', 'node:path', 'node:os'],
  },
  server: {
    from: ['chat', 'protocol', 'session', 'identity', 'store', 'bus', 'transfer'],
    uses: ['node:crypto', 'node:events', 'node:perf_hooks', 'node:timers'],
  },
  client: {
    from: ['chat', 'protocol', 'session', 'identity', 'store', 'transfer'],
    uses: ['node:crypto', 'node:events', 'node:timers'],
  },
  // What watches a server from outside: numbers and a log.
  monitor: { from: ['chat', 'server'], uses: ['node:http', 'node:net', 'node:fs', 'pino', 'prom-client'] },
  'tui/kit': { from: ['words'], uses: ['get-east-asian-width'] },
  'tui/kit/theme.ts': { from: ['tui/kit'], uses: ['node:fs', 'node:path', 'node:url'] },
  'tui/kit/terminal.ts': {
    from: ['tui/kit'],
    uses: ['blessed', 'node:module', 'node:fs', 'node:tty', 'node:stream', 'node:process'],
  },
  'tui/chat': { from: ['chat', 'words', 'tui/kit'], uses: PURE },
  'tui/dashboard': { from: ['chat', 'words', 'tui/kit'], uses: PURE },
  commands: {
    from: [
      'config.ts',
      'folders.ts',
      'version.ts',
      'words',
      'chat',
      'protocol',
      'session',
      'identity',
      'store',
      'bus',
      'transfer',
      'server',
      'client',
      'monitor',
      'tui',
    ],
    uses: [
      ...['commander', 'node:fs', 'node:os', 'node:path', 'node:process', 'node:url', 'node:module', 'node:crypto'],
      ...['node:net', 'node:events', 'node:readline', 'node:stream', 'node:string_decoder', 'node:timers', 'node:util'],
      ...[
        'node:child_process',
        'node:perf_hooks',
        'node:fs/promises',
        'node:stream/promises',
        'node:timers/promises',
        'node:tty',
      ],
    ],
  },
};

interface Import {
  readonly file: string;
  /** A file of src, by its path there, or the name of a module. */
  readonly target: string;
  readonly own: boolean;
  /** Only types: gone when the program runs. */
  readonly type: boolean;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(SRC, join(entry.parentPath, entry.name)));
}

/** What a file imports: statically, again exported, or on demand. */
function importsOf(file: string, source: string): Import[] {
  const code = source.replace(/^\s*(\/\/|\/?\*).*$/gm, '');
  const found = code.matchAll(
    /(?:^|[;\n])\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|\b(?:import|require|require\.resolve)\(\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map(([, , type, still, demanded]) => {
    const name = still ?? demanded ?? '';
    const own = name.startsWith('.');
    return { file, own, type: type !== undefined, target: own ? join(dirname(file), name) : name };
  });
}

const FILES = filesUnder(SRC);
const SOURCES = new Map(FILES.map(file => [file, readFileSync(join(SRC, file), 'utf8')]));
const IMPORTS = FILES.flatMap(file => importsOf(file, SOURCES.get(file) ?? ''));

function within(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

function layerOf(file: string): string | undefined {
  const fitting = Object.keys(LAYERS).filter(layer => within(file, layer));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

function isArrowAllowed({ file, target, own, type }: Import): boolean {
  const name = layerOf(file);
  const layer = name === undefined ? undefined : LAYERS[name];
  if (name === undefined || layer === undefined) return false;
  if (own) return [name, ...EVERYWHERE, ...layer.from].some(place => within(target, place));
  // The shape of a socket may be named where none is opened.
  return layer.uses.includes(packageOf(target)) || (type && target.startsWith('node:'));
}

/** The package of a module inside it; a module of Node as it is. */
function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Files in a ring of imports, each ring once; types count, for they are read together as well. */
function rings(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { file, target, own } of imports) if (own) next.set(file, [...(next.get(file) ?? []), target]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

function shown({ file, target }: Import): string {
  return `${file} -> ${target}`;
}

test('every file belongs to a layer', t => {
  t.true(FILES.length > 0);
  t.deepEqual(
    FILES.filter(file => layerOf(file) === undefined),
    [],
  );
});

test('no import goes against the table of layers', t => {
  t.deepEqual(IMPORTS.filter(arrow => !isArrowAllowed(arrow)).map(shown), []);
});

test('no files import each other in a ring', t => {
  t.deepEqual(rings(IMPORTS), []);
});

test('only the terminal knows blessed, and only the configuration knows conf', t => {
  const users = (name: string) => IMPORTS.filter(({ target }) => packageOf(target) === name).map(({ file }) => file);
  t.deepEqual(
    users('blessed').filter(file => file !== 'tui/kit/terminal.ts'),
    [],
  );
  t.deepEqual(
    users('conf').filter(file => file !== 'config.ts'),
    [],
  );
});

test('every package that is imported is a dependency of the program', t => {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const known = new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
  const foreign = IMPORTS.filter(
    ({ own, target }) => !own && !target.startsWith('node:') && !known.has(packageOf(target)),
  );
  t.deepEqual(foreign.map(shown), []);
});

test('only main ends the process', t => {
  const others = FILES.filter(file => file !== 'main.ts' && /\bprocess\.exit\(/.test(SOURCES.get(file) ?? ''));
  t.deepEqual(others, []);
});

/** What may write to the terminal: the painter's way, the plain-text printer, JSON as lines, and questions asked in our own words. */
const WRITERS = ['main.ts', 'commands/print.ts', 'commands/json-lines.ts', 'commands/secret.ts', 'tui/kit/terminal.ts'];

test('nothing is printed past the painter and the printer, which clean what peers said', t => {
  const others = FILES.filter(file =>
    /\b(?:stdout|stderr)\.write\(|\bconsole\.(?:log|error|warn|info|debug|trace)\(/.test(SOURCES.get(file) ?? ''),
  );
  t.deepEqual(
    others.filter(file => !WRITERS.includes(file)),
    [],
  );
});

test(`no file has more than ${FILE_LINES} lines`, t => {
  const long = FILES.filter(file => (SOURCES.get(file) ?? '').split('\n').length > FILE_LINES);
  t.deepEqual(long, []);
});

test('a wrong arrow of any form is seen', t => {
  const arrows = (file: string, source: string) =>
    importsOf(file, source).filter(arrow => !isArrowAllowed(arrow)).length;
  t.is(arrows('chat/state.ts', `import { x } from '../protocol/frame.ts';`), 1);
  t.is(arrows('chat/state.ts', `import type {\n  X,\n} from '../server/server.ts';`), 1);
  t.is(arrows('chat/state.ts', `import '../words/words.ts';`), 1);
  t.is(arrows('tui/chat/view.ts', `export { x } from '../dashboard/view.ts';`), 1);
  t.is(arrows('tui/kit/list.ts', `import { x } from '../chat/model.ts';\nimport net from 'node:net';`), 2);
  t.is(arrows('session/session.ts', `const codec = await import('../protocol/codec.ts');`), 1);
  t.is(arrows('server/server.ts', `import { connect } from 'node:net';`), 1);
  t.is(
    arrows('server/server.ts', `import type { Socket } from 'node:net';\nimport { x } from '../session/session.ts';`),
    0,
  );
  t.is(arrows('chat/state.ts', `// import { x } from '../server/server.ts';\nimport { y } from '../errors.ts';`), 0);
});

test('a ring of imports is seen', t => {
  const arrow = (file: string, target: string): Import => ({ file, target, own: true, type: false });
  t.deepEqual(rings([arrow('a', 'b'), arrow('b', 'c'), arrow('c', 'b')]), ['b -> c -> b']);
  t.deepEqual(rings([arrow('a', 'b'), arrow('a', 'c'), arrow('b', 'c')]), []);
});
