// What hurts asks first, however it was given: by a key, by the mouse, or written. Hurts: it takes something from people, or
// nothing brings back what it does. One table says so. A sanction, and a value that is written anew, have a form, which asks as
// well.
import { type Command, DOORS } from '../../chat/vocabulary.ts';
import type { WordKey } from '../../words/words.ts';
import type { Model, Notice } from './model.ts';
import { nameOf, paramsOf, transferOf } from './send.ts';

/** Its words: `NAME` asks, `NAME.what` says what happens. */
export interface Question {
  readonly title: WordKey;
  readonly what: WordKey;
  /** Whom or what it is about. */
  readonly name: string;
  readonly params: Notice['params'];
}

/** What is asked before a command goes out; null where it just does. */
export function questionOf(command: Command, model: Model): Question | null {
  const { stats } = model;
  const question = (about: Asked, name = '', more: Notice['params'] = {}): Question => ({
    title: `dashboard.ask.${about}`,
    what: `dashboard.ask.${about}.what`,
    name,
    params: { ...paramsOf(command, model), ...more },
  });
  switch (command.kind) {
    case 'limit': {
      const open = stats?.connections ?? 0;
      return command.connections < open ? question('limit', String(command.connections), { open }) : null;
    }
    case 'release':
      return question('release', command.name);
    case 'role': {
      const name = nameOf(command.target, model);
      const guest = model.table.rows.some(row => row.name === name && row.role === 'guest');
      return command.role === 'member' && guest ? null : question(`role-${command.role}`, name);
    }
    case 'door': {
      const { door } = command;
      if (door === 'open' || DOORS.indexOf(door) < DOORS.indexOf(stats?.door ?? 'open')) return null;
      return question(`door-${door}`, '', { count: stats?.users ?? 0 });
    }
    case 'delete':
      return question('delete');
    case 'lock':
      return command.on ? question('lock', command.room) : null;
    case 'announce-only':
      return command.on ? question('announce-only', command.room) : null;
    case 'slow':
      return command.seconds > 0 ? question('slow', command.room) : null;
    case 'moderator':
      return command.on ? null : question('unmoderator', nameOf(command.target, model));
    case 'visibility':
      return command.visibility === 'public' ? null : question(`visibility-${command.visibility}`, command.room);
    case 'set':
      return question('set', `${command.name} ${command.value}`);
    case 'exempt':
      return command.on ? null : question('unexempt', command.network);
    case 'revoke-invite':
      return question('revoke-invite', command.invite);
    case 'stop-file': {
      const { file, from } = transferOf(command.about, model);
      return question(from === '' ? 'stop-file' : 'stop-file-of', file);
    }
    case 'retain':
      return question(command.keep.days === null ? 'retain-all' : 'retain', command.room ?? '');
    case 'confirm-clock':
      return question('confirm-clock');
    default:
      return null;
  }
}

type Asked =
  | 'limit'
  | 'release'
  | `role-${'operator' | 'member' | 'guest'}`
  | `door-${'guests' | 'invited' | 'closed'}`
  | 'delete'
  | 'lock'
  | 'announce-only'
  | 'slow'
  | 'unmoderator'
  | `visibility-${'invite' | 'hidden'}`
  | 'set'
  | 'unexempt'
  | 'revoke-invite'
  | 'stop-file'
  | 'stop-file-of'
  | 'retain'
  | 'retain-all'
  | 'confirm-clock';
