// Commands on their way to the server: what is said is shown at once; what was refused can be sent again or forgotten.
import { foldName } from '../../chat/text.ts';
import type { AccountId, Command, PersonSummary } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { withContacts } from './contacts.ts';
import type { Effect } from './messages.ts';
import {
  asLive,
  type Chat,
  type ChatKey,
  chatOf,
  currentChat,
  isRoom,
  liveOf,
  type Model,
  type Step,
  withChat,
} from './model.ts';
import { addPending, type PendingLine } from './timeline.ts';
import { asRead, bottom, only, openChat, then } from './update-chats.ts';

/** The model with a sentence for the person. */
export function told(model: Model, code: string, params: ErrorParams = {}, bad = true): Model {
  return { ...model, notice: { code, params, bad } };
}

export function personCalled(model: Model, name: string): PersonSummary | undefined {
  const folded = foldName(name.replace(/^@/, ''));
  if (folded === '') return undefined;
  for (const person of model.people.values()) if (foldName(person.name) === folded) return person;
  return undefined;
}

export function setTheme(model: Model, name: string): Step {
  const { themes } = model.setting;
  if (!themes.includes(name)) return only(told(model, 'chat.theme.unknown', { name, names: themes.join(', ') }));
  return [{ ...model, theme: name }, [{ kind: 'theme', name }]];
}

/** Opens a room, joining it first when one is not in it. */
export function openRoom(model: Model, room: string): Step {
  if (model.rooms.get(room)?.joined) return openChat(model, room);
  return run({ ...model, overlay: null }, { kind: 'join', room });
}

/** A command goes out. What is said is shown at once, where it will stand. */
export function run(model: Model, command: Command): Step {
  switch (command.kind) {
    case 'post': {
      const key = chatFor(model, command);
      return key === null
        ? send(model, command)
        : then(key === model.current ? only(model) : openChat(model, key), at => post(at, command));
    }
    case 'join':
      if (model.rooms.get(command.room)?.joined) return openChat(model, command.room);
      return send(
        told(
          { ...model, wanted: new Set(model.wanted).add(command.room) },
          'chat.joining',
          { room: command.room },
          false,
        ),
        command,
      );
    case 'invite': {
      const { target, room } = command;
      const name = target.to === 'name' ? target.name : '';
      return send(told(model, 'chat.inviting', { name, room }, false), command);
    }
    case 'edit':
    case 'delete':
    case 'react':
    case 'offer':
    case 'receive':
    case 'decline':
    case 'withdraw':
    case 'stop-file':
    case 'visibility':
    case 'retain':
    case 'ban':
    case 'unban':
    case 'mute':
    case 'unmute':
    case 'slow':
    case 'announce-only':
    case 'lock':
    case 'moderator':
    case 'door':
    case 'motd':
    case 'set':
    case 'confirm-clock':
    case 'leave':
    case 'topic':
    case 'broadcast':
    case 'kick':
    case 'limit':
    case 'rename':
    case 'release':
    case 'role':
    case 'exempt':
    case 'make-invite':
    case 'list-invites':
    case 'revoke-invite':
      return send(model, command);
    default:
      return command satisfies never;
  }
}

/** The chat in which a message will stand; null when only the server can tell. */
function chatFor(model: Model, command: Extract<Command, { kind: 'post' }>): ChatKey | null {
  const { target } = command;
  if (target.to === 'room') return target.room;
  if (target.to === 'account') return target.account;
  return personCalled(model, target.name)?.account ?? null;
}

/** Shows a line as queued in the chat on screen, and sends it. */
function post(model: Model, command: Extract<Command, { kind: 'post' }>): Step {
  const { me, current, nextRef: ref } = model;
  if (me === null || current === null || command.body.kind !== 'text') return send(model, command);
  // An account is sure, a name may change hands until the line is sent.
  const sure: Command = isRoom(current) ? command : { ...command, target: { to: 'account', account: current } };
  const chat = asLive(chatOf(model, current));
  const { text } = command.body;
  const { account, name: from } = me;
  const time = model.setting.clock();
  addPending(chat.timeline, {
    ref,
    id: null,
    time,
    account,
    from,
    text,
    action: command.action,
    command: sure,
    refusal: null,
  });
  // Answering is having read.
  const shown = withChat({ ...model, back: null }, { ...asRead(chat), anchor: 'end', rule: null });
  return send(model.chats.has(current) ? shown : withContacts(shown), sure);
}

export function send(model: Model, command: Command): Step {
  const ref = model.nextRef;
  return [{ ...model, nextRef: ref + 1 }, [{ kind: 'send', ref, command }]];
}

function refusedLines(chat: Chat | null): readonly PendingLine[] {
  return (chat === null ? [] : liveOf(chat).pending).filter(line => line.refusal !== null);
}

/** Sends what was refused in this chat once more, as new lines at its end. */
export function retry(model: Model): Step {
  const chat = currentChat(model);
  const lines = refusedLines(chat);
  if (chat === null || lines.length === 0) return only(told(model, 'chat.nothing-refused'));
  removeRefused(chat);
  // The new ones are kept before the old ones are forgotten.
  let step = only({ ...model, notice: null });
  for (const line of lines)
    step = then(step, now => (line.command.kind === 'post' ? post(now, line.command) : only(now)));
  return then(
    then(step, now => [now, forgotten(now, lines)]),
    bottom,
  );
}

/** Forgets what was refused in this chat. */
export function drop(model: Model): Step {
  const chat = currentChat(model);
  const lines = refusedLines(chat);
  if (chat === null || lines.length === 0) return only(told(model, 'chat.nothing-refused'));
  removeRefused(chat);
  return [{ ...model, notice: null }, forgotten(model, lines)];
}

function forgotten(model: Model, lines: readonly PendingLine[]): readonly Effect[] {
  const ids = lines.flatMap(line => line.id ?? []);
  return model.keeping && ids.length > 0 ? [{ kind: 'forget', ids }] : [];
}

function removeRefused(chat: Chat): void {
  const { pending } = liveOf(chat);
  const kept = pending.filter(line => line.refusal === null);
  pending.splice(0, pending.length, ...kept);
}

/** A private talk leaves the list of what is open; its lines come again when it is opened. */
export function closeTalk(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null || isRoom(chat.key)) return only(told(model, 'chat.not-private'));
  const account: AccountId = chat.key;
  const chats = new Map(model.chats);
  // What was not delivered yet must not vanish with the talk.
  if (liveOf(chat).pending.length === 0) chats.delete(account);
  const next = withContacts({ ...model, chats, current: null });
  const key = next.contacts.rooms[0];
  return key === undefined ? only(next) : openChat(next, key);
}
