// Every control of the dashboard in three ways: by key, by a written command, by the mouse. Each takes effect and is in the
// audit trail. One server, in a pseudo-terminal; the people on it are clients of this process.
//
// Seen red: a question whose yes does nothing, a list whose letter means another row, a click that misses its row.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ChatEvent, Command, EventKind } from '../../src/chat/vocabulary.ts';
import type { AdminLink } from '../../src/commands/admin-link.ts';
import { attachHere } from '../../src/commands/admin-ways.ts';
import type { TchatError } from '../../src/errors.ts';
import { SqliteLog } from '../helpers/built-store.ts';
import { newProfile, openClient, startClient, type TestClient } from '../helpers/clients.ts';
import { openPty, type Pty } from '../helpers/pty.ts';
import { temporaryHome } from '../helpers/server.ts';

const WAYS = ['key', 'command', 'mouse'] as const;
type Way = (typeof WAYS)[number];

/** A person at the dashboard. */
class Operator {
  readonly screen: Pty;

  constructor(screen: Pty) {
    this.screen = screen;
  }

  /** The screen as it is when nothing is open. */
  async home(): Promise<void> {
    this.screen.press('F2');
    await this.screen.waitFor(/▌ USERS/);
  }

  async write(line: string, asks?: string | RegExp): Promise<void> {
    this.screen.type(':');
    await this.screen.waitFor(/Enter run/);
    this.screen.press('Ctrl-U');
    this.screen.type(line);
    await this.screen.waitFor(`› ${line}`);
    this.screen.press('Enter');
    if (asks === undefined) return;
    await this.screen.waitFor(asks);
    this.screen.press('Enter');
  }

  /**
   * On the first cell of a text, on the `nth` row that holds it. A frame comes in pieces: `beside`, on the same row, tells
   * that the row is one of the frame that is meant.
   */
  async click(text: string, nth = 0, beside = ''): Promise<void> {
    const rowsWith = (rows: readonly string[]) =>
      rows.flatMap((row, y) => (row.includes(text) && row.includes(beside) ? [{ x: row.indexOf(text), y }] : []));
    const rows = await this.screen.waitFor(shown => rowsWith(shown).length > nth);
    const { x, y } = rowsWith(rows)[nth]!;
    this.screen.mouse({ action: 'click', x, y });
  }

  /** Only this person in the table, and selected. */
  async select(name: string, way: Way): Promise<void> {
    if (way === 'mouse') await this.click('to filter');
    else this.screen.type('/');
    await this.screen.waitFor(/USERS {3}\//);
    this.screen.press('Ctrl-U');
    this.screen.type(name);
    // Their row in the table: the log names them too.
    const isTheirs = (row: string) => row.slice(2).startsWith(`${name} `);
    // And the only one: a frame comes in pieces, the table from above.
    const people = (shown: readonly string[]) => shown.filter(row => row.slice(2, 40).includes(' 127.0.0.1 '));
    const rows = await this.screen.waitFor(shown => people(shown).length === 1 && shown.some(isTheirs));
    this.screen.press('Enter');
    if (way === 'mouse') this.screen.mouse({ action: 'click', x: 3, y: rows.findIndex(isTheirs) });
    else this.screen.press('Home');
    await this.screen.waitFor(new RegExp(`^▌ ${name} +127`, 'm'));
  }

  async everybody(): Promise<void> {
    this.screen.press('F4', 'End', 'F2');
    this.screen.type('/');
    this.screen.press('Ctrl-U', 'Enter');
    await this.screen.waitFor(/to filter +LIVE LOG {2}following/);
  }

  /** Opens a list by its key or its hint, and waits for what is to be in it. */
  async list(key: string, hint: string, way: Way, shows: string | RegExp): Promise<void> {
    if (way === 'mouse') await this.click(hint);
    else this.screen.press(key);
    // Its last row first: what was on the screen before is gone then, and cannot be taken for a row of it.
    await this.screen.waitFor('Esc close');
    await this.screen.waitFor(shows);
  }

  /** Selects a row of the open list by what it says. */
  async row(text: string, way: Way): Promise<void> {
    if (way === 'mouse') await this.click(text);
    else {
      this.screen.type('/');
      await this.screen.waitFor(/[A-Z] {3}\//);
      this.screen.type(text);
      this.screen.press('Enter');
    }
    await this.screen.waitFor(rows => rows.some(row => row.startsWith('▌') && row.includes(text)));
  }

  /** Presses a letter, or the button that says so: of what lies above the screen, or of the users' pane. */
  async do(letter: string, words: string, way: Way, beside: 'Esc close' | 'i details' = 'Esc close'): Promise<void> {
    const button = `${letter} ${words}`;
    if (way === 'mouse') return this.click(button, 0, beside);
    await this.screen.waitFor(rows => rows.some(row => row.includes(button) && row.includes(beside)));
    this.screen.type(letter);
  }

  /** Writes the one value of a form that asks something, and says yes. */
  async fill(asks: string, value: string, way: Way): Promise<void> {
    await this.screen.waitFor(asks);
    this.screen.press('Ctrl-U');
    this.screen.type(value);
    await this.screen.waitFor(new RegExp(`(to|name) +${value}`));
    await this.yes(way, asks);
  }

  async yes(way: Way, asks: string | RegExp): Promise<void> {
    await this.screen.waitFor(asks);
    if (way === 'mouse') await this.click('Enter yes', 0, 'Esc no');
    else this.screen.press('Enter');
  }
}

interface Scene {
  readonly operator: Operator;
  readonly link: AdminLink;
  /** A new person for each way. */
  readonly person: (name: string) => Promise<TestClient>;
  readonly stranger: (name: string) => TestClient;
  /** Fulfilled by the first act of a kind after the call. */
  readonly act: (kind: EventKind) => Promise<void>;
}

interface Control {
  readonly name: string;
  readonly kind: EventKind;
  /** What there has to be; the answer is for `does` and `seen`. */
  readonly before?: (scene: Scene, way: Way) => Promise<TestClient | undefined>;
  readonly does: (scene: Scene, way: Way, whom: TestClient) => Promise<void>;
  /** Throws, or fails the test, where there is no effect. */
  readonly seen: (t: ExecutionContext, scene: Scene, whom: TestClient, way: Way) => Promise<unknown>;
  /** What the trail says of it. */
  readonly says: (way: Way) => Partial<ChatEvent> & Record<string, unknown>;
}

const nameFor = (control: string, way: Way) => `${control}-${way}`;
const someone = (control: string) => (scene: Scene, way: Way) => scene.person(nameFor(control, way));
const over = async (client: TestClient) => (await client.message('over')).error.code;
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => '',
    (error: TchatError) => error.code,
  );
const settings = ({ link }: Scene) => link.ask({ kind: 'settings' });
const room = async ({ link }: Scene, name: string) =>
  (await link.ask({ kind: 'rooms' })).rooms.find(each => each.room === name);

/** Something that there has to be already: done by the console, and told of in the log before the control is tried. */
async function already({ link, act }: Scene, kind: EventKind, command: Command): Promise<undefined> {
  const told = act(kind);
  // Where it is so already nothing is told of it.
  told.catch(() => {});
  const result = await link.command(command);
  if (result.ok) await told;
  else if (result.code !== 'already-so') throw new Error(result.code);
}

/** A person, and a sanction about them by the selected row. */
function sanction(letter: string, word: 'kick' | 'ban' | 'mute', title: string): Control['does'] {
  return async ({ operator }, way) => {
    const name = nameFor(word, way);
    if (way === 'command') {
      return operator.write(`${word} @${name} ${word === 'kick' ? '' : '2h '}too loud`, `${title} ${name}?`);
    }
    await operator.select(name, way);
    await operator.do(letter, word, way, 'i details');
    await operator.screen.waitFor(`${title} ${name}?`);
    operator.screen.type('too loud');
    await operator.screen.waitFor(/reason +too loud/);
    await operator.yes(way, `${title} ${name}?`);
  };
}

/** Something about a room, by its row in the list. */
function ofRoom(letter: string, words: string, command: string, asks?: string): Control['does'] {
  return async ({ operator }, way) => {
    if (way === 'command') return operator.write(command, asks);
    await operator.list('F3', 'F3 rooms', way, /ROOMS[\s\S]*#dev/);
    await operator.row('#dev', way);
    await operator.do(letter, words, way);
    if (asks !== undefined) await operator.yes(way, asks);
  };
}

/** A setting, by its row in the list. */
function setting(
  name: string,
  command: string,
  value: (way: Way) => string,
  asks: { readonly written?: string; readonly always?: string } = {},
): Control['does'] {
  return async ({ operator }, way) => {
    if (way === 'command') return operator.write(`${command} ${value(way)}`, asks.written ?? asks.always);
    await operator.list('F7', 'F7 settings', way, new RegExp(`SETTINGS[\\s\\S]*${name}`));
    await operator.row(name, way);
    await operator.do('c', 'change', way);
    await operator.fill(`Set ${name}`, value(way), way);
    if (asks.always !== undefined) await operator.yes(way, asks.always);
  };
}

/** What may be done about somebody in what is known of them. */
function ofPerson(control: string, letter: string, words: string, command: string, asks?: RegExp): Control['does'] {
  return async ({ operator }, way) => {
    const name = nameFor(control, way);
    if (way === 'command') return operator.write(`${command} @${name}`, asks);
    await operator.select(name, way);
    await operator.do('i', 'details', way, 'i details');
    await operator.screen.waitFor(`ABOUT ${name}`);
    await operator.do(letter, words, way);
    if (asks) await operator.yes(way, asks);
  };
}

const sights = { key: 'hidden', command: 'invite', mouse: 'public' } as const;
const fileFor = (way: Way) => `plan-${way}.txt`;
const limits = { key: 901, command: 902, mouse: 903 } as const;
const rates = { key: 61, command: 62, mouse: 63 } as const;

const CONTROLS: readonly Control[] = [
  {
    name: 'announce to everyone',
    kind: 'broadcast',
    before: someone('hears'),
    does: async ({ operator }, way) => {
      if (way === 'command') return operator.write('broadcast to all by command');
      await operator.do('e', 'broadcast', way, 'i details');
      await operator.screen.waitFor('› broadcast');
      operator.screen.type(`to all by ${way}`);
      operator.screen.press('Enter');
    },
    seen: async (t, _scene, whom, way) => {
      await whom.event('announcement', each => each.kind === 'broadcast' && each.text === `to all by ${way}`);
      t.pass();
    },
    says: way => ({ text: `to all by ${way}` }),
  },
  {
    name: 'announce in a room',
    kind: 'broadcast',
    does: async (scene, way) => {
      const { operator } = scene;
      if (way === 'command') return operator.write('broadcast #dev in dev by command');
      await ofRoom('e', 'broadcast', '')(scene, way, undefined as never);
      await operator.screen.waitFor('› broadcast #dev');
      operator.screen.type(`in dev by ${way}`);
      operator.screen.press('Enter');
    },
    seen: async t => t.pass(),
    says: way => ({ conversation: '#dev', text: `in dev by ${way}` }),
  },
  {
    name: 'kick',
    kind: 'kicked',
    before: someone('kick'),
    does: sanction('k', 'kick', 'Kick'),
    seen: async (t, _scene, whom) => t.is(await over(whom), 'kicked'),
    says: way => ({ name: nameFor('kick', way), reason: 'too loud' }),
  },
  {
    name: 'mute',
    kind: 'muted',
    before: someone('mute'),
    does: sanction('m', 'mute', 'Mute'),
    seen: async (t, _scene, whom) => t.is(await refusal(whom.says('#dev', 'x')), 'muted-for'),
    says: way => ({ name: nameFor('mute', way), reason: 'too loud' }),
  },
  {
    name: 'lift a mute',
    kind: 'unmuted',
    before: async (scene, way) => {
      const whom = await scene.person(nameFor('unmute', way));
      const target = { to: 'name', name: nameFor('unmute', way) } as const;
      await already(scene, 'muted', { kind: 'mute', target, room: null, lasts: 3_600_000, reason: '' });
      return whom;
    },
    does: async ({ operator }, way) => {
      const name = nameFor('unmute', way);
      if (way === 'command') return operator.write(`unmute @${name}`);
      await operator.list('F6', 'F6 bans', way, new RegExp(`BANS AND MUTES[\\s\\S]*${name}`));
      await operator.row(name, way);
      await operator.do('u', 'lift', way);
    },
    seen: async (t, _scene, whom) => t.is(await refusal(whom.says('#dev', 'x')), ''),
    says: way => ({ name: nameFor('unmute', way) }),
  },
  {
    name: 'ban',
    kind: 'banned',
    before: someone('ban'),
    does: sanction('b', 'ban', 'Ban'),
    seen: async (t, _scene, whom) => t.is(await over(whom), 'banned-for'),
    says: way => ({ of: { by: 'account', name: nameFor('ban', way) }, reason: 'too loud' }) as never,
  },
  {
    name: 'lift a ban',
    kind: 'unbanned',
    before: async (scene, way) => {
      const whom = await scene.person(nameFor('unban', way));
      const who = { by: 'account', target: { to: 'name', name: nameFor('unban', way) } } as const;
      await already(scene, 'banned', { kind: 'ban', who, lasts: 3_600_000, reason: '' });
      return whom;
    },
    does: async ({ operator }, way) => {
      const name = nameFor('unban', way);
      if (way === 'command') return operator.write(`unban @${name}`);
      await operator.list('F6', 'F6 bans', way, new RegExp(`BANS AND MUTES[\\s\\S]*${name}`));
      await operator.row(name, way);
      await operator.do('u', 'lift', way);
    },
    seen: async (t, { link }) => {
      const { bans } = await link.ask({ kind: 'bans' });
      t.false(bans.some(({ of }) => of.by === 'account' && of.name.startsWith('unban')));
    },
    says: way => ({ of: { by: 'account', name: nameFor('unban', way) } }) as never,
  },
  {
    name: 'announce-only',
    kind: 'ruled',
    before: scene => already(scene, 'ruled', { kind: 'announce-only', room: '#dev', on: false }),
    does: ofRoom('o', 'announce-only', 'announce-only #dev on', 'Only moderators write in #dev?'),
    seen: async (t, scene) => t.like(await room(scene, '#dev'), { announceOnly: true }),
    says: () => ({ conversation: '#dev', rules: { announceOnly: true } }) as never,
  },
  {
    name: 'announce-only no more',
    kind: 'ruled',
    before: scene => already(scene, 'ruled', { kind: 'announce-only', room: '#dev', on: true }),
    does: ofRoom('o', 'announce-only', 'announce-only #dev off'),
    seen: async (t, scene) => t.like(await room(scene, '#dev'), { announceOnly: false }),
    says: () => ({ conversation: '#dev', rules: { announceOnly: false } }) as never,
  },
  {
    name: 'slow mode',
    kind: 'ruled',
    does: async (scene, way) => {
      const { operator } = scene;
      const seconds = { key: 11, command: 12, mouse: 13 }[way];
      if (way === 'command') return operator.write(`slow #dev ${seconds}`, 'Slow down #dev?');
      await ofRoom('s', 'slow', '')(scene, way, undefined as never);
      await operator.screen.waitFor('Set slow of #dev');
      operator.screen.press('Ctrl-U');
      operator.screen.type(String(seconds));
      await operator.yes(way, 'Set slow of #dev');
    },
    seen: async (t, scene, _whom, way) =>
      t.like(await room(scene, '#dev'), { slow: { key: 11, command: 12, mouse: 13 }[way] }),
    says: way => ({ rules: { slow: { key: 11, command: 12, mouse: 13 }[way] } }) as never,
  },
  {
    name: 'lock',
    kind: 'ruled',
    before: scene => already(scene, 'ruled', { kind: 'lock', room: '#dev', on: false }),
    does: async (scene, way, whom) => {
      await ofRoom('x', 'lock', 'lock #dev', 'Lock #dev?')(scene, way, whom);
    },
    seen: async (t, scene) => t.like(await room(scene, '#dev'), { locked: true }),
    says: () => ({ rules: { locked: true } }) as never,
  },
  {
    name: 'unlock',
    kind: 'ruled',
    before: scene => already(scene, 'ruled', { kind: 'lock', room: '#dev', on: true }),
    does: ofRoom('x', 'lock', 'unlock #dev'),
    seen: async (t, scene) => t.like(await room(scene, '#dev'), { locked: false }),
    says: () => ({ rules: { locked: false } }) as never,
  },
  {
    name: 'who may see a room',
    kind: 'visibility',
    does: async (scene, way) => {
      const { operator } = scene;
      const seen = sights[way];
      if (way === 'command')
        return operator.write(`visibility #den ${seen}`, 'Close #den to those who are not invited?');
      await operator.list('F3', 'F3 rooms', way, /ROOMS[\s\S]*#den/);
      await operator.row('#den', way);
      await operator.do('v', 'visibility', way);
      await operator.fill('Who may see #den?', seen, way);
    },
    seen: async (t, scene, _whom, way) => t.is((await room(scene, '#den'))?.visibility, sights[way]),
    says: way => ({ conversation: '#den', visibility: sights[way] }) as never,
  },
  {
    name: 'make a moderator',
    kind: 'ruled',
    before: someone('mod'),
    does: async (scene, way, whom) => {
      const { operator } = scene;
      const name = nameFor('mod', way);
      if (way === 'command') return operator.write(`moderator #dev @${name}`);
      await ofRoom('m', 'moderator', '')(scene, way, whom);
      await operator.fill('Make somebody a moderator of #dev', name, way);
    },
    seen: async (t, scene, _whom, way) => t.true((await room(scene, '#dev'))?.moderators.includes(nameFor('mod', way))),
    says: () => ({ conversation: '#dev' }),
  },
  {
    name: 'take a moderator off',
    kind: 'ruled',
    before: async (scene, way) => {
      const whom = await scene.person(nameFor('unmod', way));
      const target = { to: 'name', name: nameFor('unmod', way) } as const;
      await already(scene, 'ruled', { kind: 'moderator', room: '#dev', target, on: true });
      return whom;
    },
    does: async (scene, way, whom) => {
      const { operator } = scene;
      const name = nameFor('unmod', way);
      if (way === 'command') return operator.write(`unmoderator #dev @${name}`, `Take ${name} off the moderators?`);
      await ofRoom('u', 'unmoderator', '')(scene, way, whom);
      // Whoever became one last is written there already.
      await operator.screen.waitFor(new RegExp(`name +${name}`));
      await operator.fill('Take a moderator off #dev', name, way);
    },
    seen: async (t, scene, _whom, way) => {
      const moderators = (await room(scene, '#dev'))?.moderators;
      t.false(moderators?.includes(nameFor('unmod', way)));
      t.true(moderators?.includes(nameFor('mod', way)));
    },
    says: () => ({ conversation: '#dev' }),
  },
  {
    name: 'stop a file',
    kind: 'withdrawn',
    before: async ({ operator, person }, way) => {
      const whom = await person(nameFor('offers', way));
      await whom.join('#dev');
      const file = { name: fileFor(way), folder: false, files: 1, modified: null, executable: false };
      const target = { to: 'room', room: '#dev' } as const;
      await whom.does({ kind: 'offer', target, size: 5_000, body: { kind: 'file', file } });
      // Below the panes, where what is on its way is to be seen.
      await operator.screen.waitFor(new RegExp(`${nameFor('offers', way)} → #dev +${fileFor(way)}`));
      return whom;
    },
    does: async ({ operator, link }, way) => {
      const asks = `Stop ${fileFor(way)}?`;
      if (way === 'command') {
        const { files } = await link.ask({ kind: 'files' });
        const row = files.find(({ name }) => name === fileFor(way));
        return operator.write(`stop-file ${row?.file}`, asks);
      }
      await operator.list('F5', 'F5 transfers', way, new RegExp(`TRANSFERS[\\s\\S]*${fileFor(way)}`));
      await operator.row(fileFor(way), way);
      await operator.do('x', 'stop', way);
      await operator.yes(way, asks);
    },
    seen: async (t, { link }, whom, way) => {
      await whom.event('the end', each => each.kind === 'withdrawn' && each.why === 'stopped');
      const { files } = await link.ask({ kind: 'files' });
      t.false(files.some(({ name }) => name === fileFor(way)));
    },
    says: () => ({ conversation: '#dev', why: 'stopped' }),
  },
  {
    name: 'delete a message',
    kind: 'deleted',
    before: async ({ operator, person }, way) => {
      const whom = await person(nameFor('writes', way));
      await whom.says('#lobby', `to be deleted by ${way}`);
      await operator.screen.waitFor(`to be deleted by ${way}`);
      return whom;
    },
    does: async ({ operator }, way) => {
      const { screen } = operator;
      if (way === 'mouse') {
        await operator.click(`to be deleted by ${way}`);
        await operator.click('d deletes');
      } else {
        screen.press('F4', 'Up');
        await screen.waitFor(rows => rows.some(row => row.includes('▌') && row.includes(`deleted by ${way}`)));
        if (way === 'command') return operator.write('delete', 'Delete this message?');
        screen.type('d');
      }
      await operator.yes(way, 'Delete this message?');
    },
    seen: async (t, _scene, whom) => {
      await whom.event('deletion', each => each.kind === 'deleted');
      t.pass();
    },
    says: () => ({ conversation: '#lobby' }),
  },
  {
    name: 'the limit of connections',
    kind: 'limited',
    does: async ({ operator }, way) => {
      if (way === 'command') return operator.write(`limit ${limits[way]}`);
      await operator.do('l', 'limit', way, 'i details');
      await operator.screen.waitFor('Set connections');
      operator.screen.press('Ctrl-U');
      operator.screen.type(String(limits[way]));
      await operator.yes(way, 'Set connections');
    },
    seen: async (t, scene, _whom, way) => t.is((await settings(scene)).connections, limits[way]),
    says: way => ({ connections: limits[way] }),
  },
  {
    name: 'a setting',
    kind: 'set',
    does: setting('new-per-minute', 'set new-per-minute', way => String(rates[way]), { written: 'Set new-per-minute' }),
    seen: async (t, scene, _whom, way) => t.is((await settings(scene)).settings['new-per-minute'], rates[way]),
    says: way => ({ name: 'new-per-minute', value: rates[way] }) as never,
  },
  {
    name: 'the message of the day',
    kind: 'motd',
    does: setting('motd', 'motd', way => `Be kind by ${way}`),
    seen: async (t, scene, _whom, way) => t.is((await settings(scene)).motd, `Be kind by ${way}`),
    says: way => ({ text: `Be kind by ${way}` }),
  },
  {
    name: 'how long talk is kept',
    kind: 'retained',
    does: setting('retain', 'retain', way => String(100 + rates[way]), { always: 'Keep talk for' }),
    seen: async (t, scene, _whom, way) => t.is((await settings(scene)).retention.days, 100 + rates[way]),
    says: way => ({ keep: { days: 100 + rates[way] } }) as never,
  },
  {
    name: 'exempt a network',
    kind: 'exempted',
    does: setting('exempt', 'exempt', way => `10.${rates[way]}.0.0/16`),
    seen: async (t, scene, _whom, way) => t.true((await settings(scene)).exempt.includes(`10.${rates[way]}.0.0/16`)),
    says: way => ({ network: `10.${rates[way]}.0.0/16`, on: true }) as never,
  },
  {
    name: 'exempt it no more',
    kind: 'exempted',
    does: async ({ operator }, way) => {
      const network = `10.${rates[way]}.0.0/16`;
      if (way === 'command') return operator.write(`unexempt ${network}`, `Limit ${network}`);
      await operator.list('F7', 'F7 settings', way, network);
      await operator.row(network, way);
      await operator.do('u', 'remove', way);
      await operator.yes(way, `Limit ${network}`);
    },
    seen: async (t, scene, _whom, way) => t.false((await settings(scene)).exempt.includes(`10.${rates[way]}.0.0/16`)),
    says: way => ({ network: `10.${rates[way]}.0.0/16`, on: false }) as never,
  },
  {
    name: 'make an operator',
    kind: 'role',
    before: someone('op'),
    does: ofPerson('op', 'o', 'make an operator', 'op', /Make op-\w+ an operator\?/),
    seen: async (t, { link }, whom) => {
      const { person } = await link.ask({ kind: 'person', whom: `@${whom.profile.name}` });
      t.is(person?.role, 'operator');
    },
    says: way => ({ name: nameFor('op', way), role: 'operator' }) as never,
  },
  {
    name: 'make a guest',
    kind: 'role',
    before: someone('guest'),
    does: ofPerson('guest', 'g', 'make a guest', 'guest', /Make guest-\w+ a guest\?/),
    seen: async (t, _scene, whom) => t.is(await refusal(whom.says('#lobby', 'x')), 'not-allowed'),
    says: way => ({ name: nameFor('guest', way), role: 'guest' }) as never,
  },
  {
    name: 'free a name',
    kind: 'released',
    before: someone('free'),
    does: ofPerson('free', 'f', 'free the name', 'release', /Make the name free-\w+ free\?/),
    seen: async (t, _scene, whom) => t.is(await over(whom), 'name-released'),
    says: way => ({ name: nameFor('free', way) }),
  },
  {
    name: 'make an invite',
    kind: 'invite-made',
    does: async ({ operator }, way) => {
      const uses = { key: 2, command: 3, mouse: 4 }[way];
      if (way === 'command') return operator.write(`invite-link ${uses} 24`);
      if (way === 'mouse') await operator.click('127.0.0.1:');
      else operator.screen.type('j');
      await operator.screen.waitFor('How others join');
      await operator.do('i', 'make an invite', way);
      await operator.screen.waitFor('Set invite-link');
      operator.screen.press('Ctrl-U');
      operator.screen.type(`${uses} 24`);
      await operator.yes(way, 'Set invite-link');
      await operator.screen.waitFor('How others join');
      // Back to where nothing is open: it is no list.
      operator.screen.press('Enter');
    },
    seen: async t => t.pass(),
    says: way => ({ uses: { key: 2, command: 3, mouse: 4 }[way] }),
  },
  {
    name: 'take an act back',
    kind: 'set',
    before: (scene, way) => already(scene, 'set', { kind: 'set', name: 'members-per-room', value: 700 + rates[way] }),
    does: async ({ operator }, way) => {
      const asks = 'Set members-per-room';
      if (way === 'command') return operator.write('undo', asks);
      await operator.list('F10', 'F10 audit', way, /AUDIT TRAIL[\s\S]*members-per-room/);
      await operator.row(`members-per-room ${700 + rates[way]}`, way);
      await operator.do('u', 'take back', way);
      await operator.yes(way, asks);
    },
    seen: async (t, scene) => t.is((await settings(scene)).settings['members-per-room'], 500),
    says: () => ({ name: 'members-per-room', value: 500 }) as never,
  },
  {
    name: 'close the door',
    kind: 'door',
    before: async scene => {
      await already(scene, 'door', { kind: 'door', door: 'open', reason: '' });
      await scene.operator.screen.waitFor('doors open ●');
      return undefined;
    },
    does: async ({ operator }, way) => {
      if (way === 'command') return operator.write('door closed', 'Close the door?');
      if (way === 'mouse') await operator.click('doors open');
      else operator.screen.press('F8');
      await operator.yes(way, 'Close the door?');
    },
    seen: async (t, { stranger, operator }, _whom, way) => {
      await operator.screen.waitFor('door closed ■');
      t.is(await over(stranger(nameFor('new', way))), 'door-closed');
    },
    says: () => ({ door: 'closed' }),
  },
  {
    name: 'open the door',
    kind: 'door',
    before: async scene => {
      await already(scene, 'door', { kind: 'door', door: 'closed', reason: '' });
      await scene.operator.screen.waitFor('door closed ■');
      return undefined;
    },
    does: async ({ operator }, way) => {
      if (way === 'command') return operator.write('door open');
      if (way === 'mouse') await operator.click('door closed ■');
      else operator.screen.press('F8');
    },
    seen: async (t, { person, operator }, _whom, way) => {
      await operator.screen.waitFor('doors open ●');
      t.truthy(await person(nameFor('comes', way)));
    },
    says: () => ({ door: 'open' }),
  },
];

/** The event behind a line that goes by a code: `role-guest`, `unexempted`, `file-stopped`. */
function eventOf(code: string): EventKind {
  return code
    .replace(/^file-stopped$/, 'withdrawn')
    .replace(/^unexempted$/, 'exempted')
    .replace(/^role-.*$/, 'role') as EventKind;
}

/** Confirming the clock: offered only while it is in doubt, which a server is once. */
const CLOCK: Control = {
  name: 'confirm the clock',
  kind: 'clock-confirmed',
  does: async ({ operator }, way) => {
    const asks = 'Is the clock right?';
    if (way === 'command') return operator.write('confirm-clock', asks);
    await operator.list('F7', 'F7 settings', way, /clock +in doubt +it went 2 d back/);
    await operator.row('clock', way);
    await operator.do('c', 'confirm', way);
    await operator.yes(way, asks);
    await operator.screen.waitFor(/clock +right/);
  },
  seen: async (t, scene) => t.is((await settings(scene)).clockOff, null),
  says: () => ({ kind: 'clock-confirmed' }),
};

/** A server's data of the day after tomorrow. */
async function fromTheFuture(data: string): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const log = await SqliteLog.open(join(data, 'chat.db'));
  await log.setFact('clock', String(Date.now() + 2 * 24 * 3600 * 1000 + 60_000));
  await log.close();
}

async function open(t: ExecutionContext, prepare: (data: string) => Promise<void> = async () => {}): Promise<Scene> {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const data = join(home, 'server');
  await prepare(data);
  const args = ['serve', '--host', '127.0.0.1', '--port', '0', '--name', 'lab', '--data', data];
  const screen = openPty(args, { columns: 132, rows: 40, home });
  t.teardown(() => screen.close());
  await screen.waitFor(/doors open/);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(screen.screen().join('\n'))?.[1]);
  const heard: EventKind[] = [];
  const waiting = new Set<() => void>();
  const link = await attachHere(join(data, 'admin.sock'), {
    log: true,
    numbers: false,
    hear: note => {
      if (note.is !== 'log') return;
      for (const { kind, code = '' } of note.entries)
        heard.push(kind === 'operated' ? eventOf(code) : (kind as EventKind));
      for (const look of [...waiting]) look();
    },
  });
  t.teardown(() => link.close());
  const act = (kind: EventKind) => {
    const from = heard.length;
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${kind}\n${screen.screen().join('\n')}`)), 30_000);
      const look = () => {
        if (!heard.includes(kind, from)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });
  };
  const dials = { port, tls: true } as const;
  return {
    operator: new Operator(screen),
    link,
    act,
    stranger: name => startClient(t, newProfile(name), dials),
    person: name => openClient(t, newProfile(name), dials),
  };
}

async function tried(t: ExecutionContext, scene: Scene, control: Control, way: Way): Promise<void> {
  await scene.operator.everybody();
  const whom = (await control.before?.(scene, way)) as TestClient;
  await scene.operator.home();
  const [last] = (await scene.link.ask({ kind: 'audit', limit: 1 })).acts;
  const acted = scene.act(control.kind);
  await control.does(scene, way, whom);
  const asked = performance.now();
  await acted;
  await control.seen(t, scene, whom, way);
  const took = performance.now() - asked;
  const { acts } = await scene.link.ask({ kind: 'audit', limit: 20 });
  const since = acts.filter(({ event }) => event.position > (last?.event.position ?? 0));
  const act = since.find(({ event }) => event.kind === control.kind);
  t.truthy(act, `${control.name} by ${way} is in the trail`);
  t.like(act?.event, control.says(way) as never, `${control.name} by ${way}`);
  t.log(`${control.name} by ${way}: ${Math.round(took)} ms`);
}

test('each control acts by key, by command and by mouse, and is in the audit trail', async t => {
  t.timeout(600_000);
  const scene = await open(t);
  const founder = await scene.person('founder');
  await founder.says('#dev', 'hello');
  await founder.says('#den', 'hello');
  for (const control of CONTROLS) for (const way of WAYS) await tried(t, scene, control, way);
});

test('a clock in doubt is confirmed by key, by command and by mouse, and that is in the audit trail', async t => {
  t.timeout(600_000);
  for (const way of WAYS) {
    const scene = await open(t, fromTheFuture);
    t.true(Number((await settings(scene)).clockOff) < 0);
    await tried(t, scene, CLOCK, way);
  }
});
