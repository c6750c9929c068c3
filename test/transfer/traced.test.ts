// Names that lead anywhere, watched at the system calls: nothing is opened, made, moved or removed but one component below a
// folder of the downloads, and nothing that was there is touched.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryHome } from '../helpers/program.ts';
import { cases, SEED } from '../helpers/tier.ts';
import { picture, plant } from '../helpers/transfers.ts';
import { whyNoStrace } from '../helpers/volumes.ts';

const RECEIVER = fileURLToPath(new URL('../helpers/receiver.ts', import.meta.url));
const BELOW = /^\/proc\/self\/fd\/(\d+)(?:\/([^/]+))?$/;

interface Call {
  readonly name: string;
  readonly line: string;
  /** Its quoted arguments, as the trace writes them. */
  readonly paths: readonly string[];
  /** The path of the descriptor that it gave. */
  readonly opened: string | null;
  readonly fd: string;
}

/** Calls in order; what another thread cut in two is one again. */
function calls(trace: string): readonly Call[] {
  const begun = new Map<string, string>();
  const found: Call[] = [];
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(thread, rest.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const whole = rest.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(thread) ?? '');
    const [, name, args = ''] = /^(\w+)\((.*)$/.exec(whole) ?? [];
    if (name === undefined) continue;
    const [, fd = '', opened = null] = /\) += (\d+)<(.*)>$/.exec(whole) ?? [];
    const paths = [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path]) => path ?? '');
    found.push({ name, line: whole, paths, opened, fd });
  }
  return found;
}

const CHANGING = /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)/;

/** What a call does that it must not; null: nothing. */
function wrong({ name, line, paths, opened }: Call, folder: string, folders: ReadonlySet<string>): string | null {
  if (/^(?:newfstatat|statx|statfs|access|readlink|getcwd|lstat|stat|faccessat2?)$/.test(name)) return null;
  const path = paths.at(-1) ?? '';
  const inside = (place: string) => place === folder || place.startsWith(`${folder}/`);
  const oneBelow = (place: string) => {
    const [, fd = '', component] = BELOW.exec(place) ?? [];
    return folders.has(fd) && component !== undefined && component !== '.' && component !== '..';
  };
  if (name === 'openat' || name === 'open') {
    // What the runtime itself looks up.
    if (/^\/(?:proc|sys)\//.test(opened ?? '')) return CHANGING.test(line) ? 'opens' : null;
    if (opened !== null && !inside(opened)) return 'leads outside';
    if (/O_TRUNC/.test(line)) return 'empties';
    const whole = folders.has(BELOW.exec(path)?.[1] ?? '') && !CHANGING.test(line);
    return oneBelow(path) ? (/O_NOFOLLOW/.test(line) ? null : 'follows') : whole ? null : 'is not below';
  }
  if (/^(?:mkdir|link|rename|unlink|rmdir)$/.test(name)) return paths.every(oneBelow) ? null : 'is not below';
  return 'has no business';
}

const why = whyNoStrace();
(why === null ? test : test.skip)(
  `hostile names lead nowhere, and nothing that is there is overwritten${why ?? ''}`,
  t => {
    t.timeout(3_600_000);
    const { home: other, remove } = temporaryHome();
    t.teardown(remove);
    // In memory where that can be: each file is flushed.
    const home = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/tchat-names-') : other;
    t.teardown(() => rmSync(home, { recursive: true, force: true }));
    const folder = join(home, 'downloads');
    plant(home, { 'outside/x': 'x', 'outside/etc/passwd': 'secret', evil: 'here' });
    plant(folder, {
      passwd: 'old',
      unnamed: 'old',
      x: null,
      _CON: 'old',
      'all of it/x': 'old',
      'All of it (1)': 'old',
    });
    symlinkSync(join(home, 'outside'), join(folder, 'etc'));
    symlinkSync(join(home, 'outside/x'), join(folder, 'y'));
    const before = picture(home);
    const trace = join(other, 'trace');
    const count = cases(1_000, 100_000);
    const args = ['-f', '-y', '-s', '2000', '-o', trace, '-e', 'trace=%file'];
    const told = execFileSync(
      'strace',
      [...args, process.execPath, '--import=tsx', RECEIVER, folder, '--names', String(SEED), String(count)],
      { encoding: 'utf8' },
    );
    t.is(JSON.parse(told).done, 'all of it (2)');
    const all = calls(readFileSync(trace, 'utf8'));
    const [begin, end] = ['/tchat-begin', '/tchat-end'].map(mark => all.findIndex(({ paths }) => paths[0] === mark));
    const folders = new Set<string>();
    const faults: string[] = [];
    all.slice(0, end).forEach((call, at) => {
      if (at > (begin ?? 0)) {
        const fault = wrong(call, folder, folders);
        if (fault !== null) faults.push(`${fault}: ${call.line}`);
      }
      if (call.opened !== null && /O_DIRECTORY/.test(call.line) && call.opened.startsWith(folder)) folders.add(call.fd);
    });
    t.deepEqual(faults.slice(0, 5), []);
    t.true((end ?? 0) - (begin ?? 0) > count * 2, 'the trace has what was done');
    t.like(picture(home), before);
    t.log(`${count} names, ${(end ?? 0) - (begin ?? 0)} calls, seed ${SEED}`);
  },
);
