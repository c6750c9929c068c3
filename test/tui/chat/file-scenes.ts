// Scenes of the chat screen about files: on their way, offered, chosen, dropped.
import type { FileNote } from '../../../src/chat/vocabulary.ts';
import type { Msg } from '../../../src/tui/chat/messages.ts';
import type { ChatOptions } from '../../../src/tui/chat/model.ts';
import { type FolderEntry, isOver, type Transfer } from '../../../src/tui/chat/model-files.ts';
import { busy, type Driver, entered, event, type Name, NOW, PEOPLE, TALK } from './scenes.ts';

const MIB = 1024 * 1024;

export function note(name: string, more: Partial<FileNote> = {}): FileNote {
  return { name, folder: false, files: 1, modified: NOW, executable: false, ...more };
}

/** A file that bob offers alice, unless told otherwise. */
export function transfer(id: string, more: Partial<Transfer> = {}): Transfer {
  const side = more.side ?? 'receive';
  const account = side === 'send' ? PEOPLE.alice : PEOPLE.bob;
  return {
    ...{ key: `${account}/${id}`, about: { account, id }, side, conversation: TALK, who: 'bob' },
    ...{ file: note(`${id}.bin`), size: MIB, done: 0, rate: 0, route: null, state: 'offered', reason: null },
    ...{ received: [], path: null, since: NOW - 60_000, ...more },
  };
}

/** What the log says of an offer. */
export function offer(from: Name, id: string, file: FileNote, size: number, conversation = '#dev', minute = 45): Msg {
  const to = conversation === TALK ? { to: { account: PEOPLE[from === 'alice' ? 'bob' : 'alice'], name: '' } } : {};
  const detail = { kind: 'offered', size, body: { kind: 'file', file }, ...to } as const;
  return { kind: 'event', event: event(conversation, from, Date.UTC(2026, 10, 20, 9, minute), detail, id) };
}

export function told(driver: Driver, ...transfers: readonly Transfer[]): void {
  driver.send({ kind: 'transfers', transfers });
}

const of = (name: Name, id: string) => ({ about: { account: PEOPLE[name], id }, key: `${PEOPLE[name]}/${id}` });

/** One of each kind. */
export function several(): readonly Transfer[] {
  return [
    transfer('notes', {
      ...{ side: 'send', file: note('notes.pdf'), size: 48 * MIB, done: 30 * MIB, rate: 11 * MIB },
      ...{ state: 'running', route: 'relay' },
    }),
    transfer('build', {
      ...of('李雷', 'build'),
      ...{
        conversation: '#dev',
        who: '#dev',
        file: note('build.tar.gz'),
        size: 96 * MIB,
        done: 26 * MIB,
        rate: 2.2 * MIB,
      },
      ...{ state: 'running', route: 'direct' },
    }),
    transfer('photos', {
      ...{ side: 'send', who: 'carol', file: note('照片 2026', { folder: true, files: 214 }), size: 700 * MIB },
      ...{ done: 300 * MIB, state: 'paused', route: 'relay' },
    }),
    transfer('report', { file: note('report.odt'), size: 2.1 * MIB }),
    transfer('logo', {
      ...{ file: note('logo.svg'), size: 4_100, done: 4_100, state: 'done' },
      path: '/home/alice/Downloads/logo.svg',
    }),
    transfer('core', {
      ...{ side: 'send', who: 'dmitri', file: note('core.4711'), size: 12 * MIB, done: 3 * MIB, state: 'failed' },
      reason: { code: 'file-changed', params: { file: 'core.4711' } },
    }),
  ];
}

/** Files of all kinds, in the side pane and as cards in a room. */
export function files(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  const all = several();
  driver.send(
    offer('李雷', 'build', note('build.tar.gz'), 96 * MIB, '#dev', 49),
    offer('alice', 'photos', note('照片 2026', { folder: true, files: 214 }), 700 * MIB, '#dev', 49),
    offer('bob', 'report', note('report.odt'), 2.1 * MIB, '#dev', 50),
    offer('carol', 'gone', note('old.zip'), 4 * MIB, '#dev', 50),
    {
      kind: 'event',
      event: event('#dev', 'carol', NOW, { kind: 'withdrawn', about: of('carol', 'gone').about, why: 'withdrawn' }),
    },
  );
  told(driver, ...all.map(each => (isOver(each) ? { ...each, state: 'running' as const } : each)));
  told(driver, ...all);
  driver.key('Alt-End');
  return driver;
}

/** The list, with one of them selected. */
export function fileList(options: Partial<ChatOptions> = {}): Driver {
  const driver = files(options);
  driver.key('Alt-X', 'Down');
  return driver;
}

/** All about one that is here. */
export function fileDetails(options: Partial<ChatOptions> = {}): Driver {
  const driver = files(options);
  driver.key('Alt-X', 'End', 'Enter');
  return driver;
}

export function entry(name: string, more: Partial<FolderEntry> = {}): FolderEntry {
  const size = more.folder ? 0 : 40_000;
  return { name, path: `/home/alice/src/${name}`, folder: false, size, modified: NOW - 3_600_000, ...more };
}

/** A folder to choose from, two of its files marked. */
export function picker(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.key('Ctrl-O');
  listed(driver, [
    ...['dist', 'docs', 'src', '照片'].map(name => entry(name, { folder: true })),
    entry('.git', { folder: true }),
    ...['CHANGES.md', 'README.md', 'release notes.txt', 'tchat-1.4.0.tgz'].map(name => entry(name)),
    entry('core.4711', { size: 12 * MIB, modified: NOW - 400 * 24 * 3_600_000 }),
  ]);
  driver.key('Down', 'Down');
  driver.type(' ');
  driver.key('Down', 'Down', 'Down');
  driver.type(' ');
  return driver;
}

/** Answers the listing that was asked for last. */
export function listed(driver: Driver, entries: readonly FolderEntry[], folder = '/home/alice/src'): void {
  const asked = driver.effects.findLast(effect => effect.kind === 'list-folder');
  if (asked?.kind !== 'list-folder') throw new Error('nothing was asked for');
  driver.send({ kind: 'listing', ref: asked.ref, folder, above: '/home/alice', entries, more: false, problem: null });
}

/** A file that was dropped into the composer. */
export function dropped(options: Partial<ChatOptions> = {}): Driver {
  const driver = entered(options);
  driver.send({ kind: 'input', event: { type: 'paste', text: "'/home/alice/my notes.pdf'" }, target: undefined });
  const asked = driver.effects.at(-1);
  if (asked?.kind !== 'look-at') throw new Error('it was taken for text');
  driver.send({ kind: 'looked-at', ref: asked.ref, files: [entry('my notes.pdf', { size: 2.1 * MIB })] });
  return driver;
}

export const FILE_SCENES = { files, 'file-list': fileList, 'file-details': fileDetails, picker, dropped } as const;
