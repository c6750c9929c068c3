// A process that holds so many messages in the chat screen's model, and times one more with the frame after it.
// It drives the built modules, without a terminal: node --import=tsx append.ts DIST COUNT
import { pathToFileURL } from 'node:url';
import { spread } from '../statistics.ts';

const [dist = '', count = '0'] = process.argv.slice(2);
const from = <T>(file: string) => import(pathToFileURL(`${dist}/tui/${file}`).href) as Promise<T>;
const { createChat } = await from<typeof import('../../src/tui/chat/chat.ts')>('chat/chat.js');
const { Frame } = await from<typeof import('../../src/tui/kit/canvas.ts')>('kit/canvas.js');
const { Painter } = await from<typeof import('../../src/tui/kit/painter.ts')>('kit/painter.js');
const { loadTheme } = await from<typeof import('../../src/tui/kit/theme.ts')>('kit/theme.js');

const held = Number(count);
const ROUNDS = 1_000;
const WARM = 200;
const WORDS = 'the build of last night is green again and the notes for the release are in the usual place'.split(' ');

const begin = Date.now() - 3_600_000;
// Nothing is trimmed away: the model really holds all of them.
const options = { width: 100, height: 30, clock: Date.now, linesHeld: (held + ROUNDS + WARM) * 2 };
const program = createChat({ ...options, address: 'bench:7420' });
let model = program.init[0];
let position = 0;

function send(msg: Parameters<typeof program.update>[1]): void {
  [model] = program.update(model, msg);
}

function append(): void {
  position += 1;
  const text = WORDS.slice(position % 7, 4 + (position % 13)).join(' ');
  const who = position % 5;
  const detail = { kind: 'message', body: { kind: 'text', text }, action: false } as const;
  const head = { position, time: begin + position, conversation: '#lobby', id: null };
  send({ kind: 'event', event: { ...head, account: `account-${who}`, from: `person-${who}`, ...detail } });
}

const me = { account: 'account-0', name: 'person-0', role: 'member', encrypted: false } as const;
send({ kind: 'link', link: { state: 'online', serverId: 'bench', serverName: 'bench', ...me } });
send({ kind: 'rooms', rooms: [{ room: '#lobby', topic: '', members: 5, joined: true, visibility: 'public' }] });
for (let i = 0; i < held; i++) append();

const painter = new Painter(loadTheme('dark'), 'truecolor');
let bytes = 0;
function paint(): void {
  const frame = new Frame(100, 30, 'truecolor');
  frame.root.fill('base');
  program.view(model, frame.root);
  bytes += Buffer.byteLength(painter.paint(frame));
}

const times: number[] = [];
for (let round = 0; round < WARM + ROUNDS; round++) {
  const start = performance.now();
  append();
  paint();
  if (round >= WARM) times.push(performance.now() - start);
}
process.stdout.write(`${JSON.stringify({ held, ...spread(times), bytesPerFrame: bytes / (WARM + ROUNDS) })}\n`);
