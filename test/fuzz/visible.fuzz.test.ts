// P1: whatever people do, every answer and everything pushed is within what a plain model says that the account could see at
// that position, and nothing of it is missing. Random programs of people and scripts, then every query of every account.
// 40 programs in `npm test`, 500 in `npm run test:fuzz`; every eighth on the durable log.
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { AnyEvent, ChatEvent, Position } from '../../src/chat/vocabulary.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { SqliteLog } from '../helpers/built-store.ts';
import { temporaryHome } from '../helpers/program.ts';
import { cases, random, SEED } from '../helpers/tier.ts';
import { askEverything, complainUnless, plain } from '../helpers/visible-answers.ts';
import { VisibleModel } from '../helpers/visible-model.ts';
import { type Observed, Program } from '../helpers/visible-program.ts';

const PROGRAMS = cases(40, 500);
/** Programs that one test runs. */
const TOGETHER = 10;
const ROUNDS = 40;

// Red when one who watches everything is not asked whether a room is open; when a part of a room does not end with a leave;
// when search looks everywhere, or tells how far it looked by what it passed over; when `members` or `rooms` answer for whom
// a hidden room is none; when who was behind pulls without asking what they may see now, or from before they fell behind;
// when a talk is anybody's; when an edit is shown to one who had left; when a restarted server forgets who left.
for (let first = 0; first < PROGRAMS; first += TOGETHER) {
  const last = Math.min(first + TOGETHER, PROGRAMS) - 1;
  test.serial(`nobody gets more or less than they may see, in programs ${first} to ${last} (seed ${SEED})`, async t => {
    t.timeout(180_000);
    for (let n = first; n <= last; n++) await check(t, SEED + n, n % 8 === 7);
    t.pass();
  });
}

async function check(t: ExecutionContext, seed: number, durable: boolean): Promise<void> {
  const { log, remove } = await openLog(durable);
  t.teardown(remove);
  const program = new Program(t, log, seed);
  const wrong: string[] = [];
  const complainAs = (who: string) => (what: string, found: unknown, wanted: unknown) => {
    wrong.push(`${who}: ${what}\n  found  ${plain(found)}\n  wanted ${plain(wanted)}`);
  };
  await program.run(ROUNDS);
  const model = new VisibleModel([...program.events]);
  for (const session of program.sessions) checkPushed(session, model, complainAs(`pushed to ${session.peer.name}`));
  const next = random(seed + 1);
  // What a server says that has just begun, and only knows its log.
  if (!durable && next() < 0.5) await program.restart();
  for (const { name } of program.people) {
    const peer = await program.asker(name);
    await askEverything({ program, model, peer, next, complain: complainAs(`asked by ${name}`) });
    peer.raw.socket.destroy();
  }
  await program.server.close();
  if (wrong.length === 0) return;
  t.fail([`seed ${seed}`, ...wrong.slice(0, 6), ...program.steps, ...program.events.map(plain)].join('\n'));
}

async function openLog(durable: boolean): Promise<{ log: EventLog; remove: () => void }> {
  if (!durable) return { log: new MemoryLog(), remove: () => {} };
  const { home, remove } = temporaryHome();
  return { log: await SqliteLog.open(join(home, 'chat.db')), remove };
}

/** Whether what a session was pushed is what it had to be pushed. */
function checkPushed(session: Observed, model: VisibleModel, complain: (...args: [string, unknown, unknown]) => void) {
  const { peer, gaps, cut, upTo } = session;
  const got = peer.events;
  const positions = got.map(each => each.position);
  complainUnless(
    complain,
    'order',
    positions,
    [...new Set(positions)].toSorted((a, b) => a - b),
  );
  const wanted = model.events.filter((event, n) => isPushed(session, model, event, model.events[n + 1]));
  const behind = (position: Position) =>
    gaps.find(({ from, pulls }) => position > from && (pulls.length === 0 || position <= (pulls.at(-1) as number)));
  // One that was closed by the server got all up to some moment, and nothing behind it.
  const end = cut ? (positions.at(-1) ?? 0) : upTo;
  const byPosition = new Map(got.map(each => [each.position, each]));
  for (const event of wanted) {
    if (event.position > end) break;
    const gap = behind(event.position);
    // What it pulled later it got as far as it might still see it then; which pull came so far nobody can say from outside.
    const pulls = gap ? gap.pulls.filter(at => at >= event.position) : [];
    if (pulls.some(at => !model.upTo(at).reads(peer.account, event))) continue;
    if (gap && (cut || pulls.length === 0)) continue;
    if (!byPosition.has(event.position)) complain('missing', positions, event);
  }
  const due = new Set(wanted.map(each => each.position));
  for (const event of got) {
    const gap = behind(event.position);
    const pulled = gap ? gap.pulls.map(at => model.upTo(at)) : [];
    const original = model.events.find(each => each.position === event.position);
    if (!original) return complain('never happened', event, null);
    const may = due.has(event.position) || pulled.some(then => then.reads(peer.account, original));
    if (!may || (!model.live(peer.account, original) && pulled.length === 0)) complain('too much', event, null);
    const forms: AnyEvent[] = [original, ...pulled.map(then => then.view(peer.account, original))];
    if (!forms.some(each => plain(each) === plain(event))) complain('changed', event, forms);
  }
}

/** Whether a session that keeps up is pushed an event. */
function isPushed({ peer }: Observed, model: VisibleModel, event: ChatEvent, after: ChatEvent | undefined): boolean {
  const { account, presence } = peer;
  const { position, conversation } = event;
  if (position <= peer.from || !model.live(account, event)) return false;
  const watching = peer.watches.findLast(each => each.from < position);
  if (!conversation.startsWith('#')) {
    const isTalk = conversation.startsWith('~');
    return presence || (isTalk ? watching?.private === true : watching !== undefined);
  }
  if (watching && (watching.rooms === 'all' || watching.rooms.includes(conversation))) return true;
  // Who makes a room by coming into it sees that it was made.
  const founds = event.kind === 'created' && after?.kind === 'joined' && after.account === account;
  return presence && (model.wasIn(account, event) || founds);
}
