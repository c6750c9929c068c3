// Asking the server for what a command says, and saying so below.
import { offerKey } from '../../chat/offers.ts';
import { upright } from '../../chat/text.ts';
import type { Command, MessageRef, Target } from '../../chat/vocabulary.ts';
import { say } from '../../words/words.ts';
import type { Effect, Model, Notice } from './model.ts';

export type Step = readonly [Model, readonly Effect[]];

/** The model alone. */
export function still(model: Model): Step {
  return [model, []];
}

export function withNotice(model: Model, notice: Notice | null): Model {
  return { ...model, notice };
}

/** What is wrong with what was written. */
export function refused(model: Model, code: string, params: Notice['params'] = {}): Model {
  return withNotice(model, { tone: 'error', code, params });
}

/** Asks the server; the result comes later as a message with the same number. */
export function send(model: Model, command: Command): Step {
  const ref = model.nextRef;
  const params = paramsOf(command, model);
  const asking = { ...model, nextRef: ref + 1, pending: [...model.pending, { ref, command, params }] };
  return [
    withNotice(asking, { tone: 'quiet', code: 'dashboard.asked', params: { name: command.kind } }),
    [{ type: 'command', ref, command }],
  ];
}

/** What sentences about a command name. */
export function paramsOf(command: Command, model: Model): Notice['params'] {
  switch (command.kind) {
    case 'limit':
      return { connections: command.connections };
    case 'release':
      return { name: command.name };
    case 'kick':
    case 'role':
      return { name: nameOf(command.target, model) };
    case 'mute':
    case 'unmute':
      return { name: nameOf(command.target, model), room: command.room ?? '' };
    case 'ban':
    case 'unban': {
      const { who } = command;
      return { name: who.by === 'account' ? nameOf(who.target, model) : who.by === 'name' ? who.name : who.network };
    }
    case 'moderator':
      return { name: nameOf(command.target, model), room: command.room };
    case 'slow':
      return { room: command.room, seconds: command.seconds };
    case 'lock':
    case 'announce-only':
    case 'visibility':
      return { room: command.room };
    case 'set':
      return { name: command.name, value: command.value };
    case 'exempt':
      return { network: command.network };
    case 'revoke-invite':
      return { invite: command.invite };
    case 'stop-file': {
      const { file, from, to } = transferOf(command.about, model);
      return { file, from, to };
    }
    case 'retain':
      return { room: command.room ?? '', days: command.keep.days ?? '' };
    default:
      return {};
  }
}

/** A file as sentences name it, as far as this screen knows. */
export function transferOf(about: MessageRef, { known }: Pick<Model, 'known'>) {
  const row = known.transfers?.files.find(({ file }) => file === offerKey(about));
  const { name = '', from = '', to = '' } = row ?? {};
  return { file: upright(name) || say('dashboard.transfers.unnamed'), from: upright(from), to: upright(to) };
}

/** What somebody is called, as far as this screen knows. */
export function nameOf(target: Target, { table, known }: Pick<Model, 'table' | 'known'>): string {
  if (target.to !== 'account') return target.to === 'name' ? target.name : target.room;
  const { account } = target;
  const row = table.rows.find(each => each.account === account);
  const person = known.person?.person;
  if (row) return row.name;
  if (person?.account === account && person.name !== '') return person.name;
  const banned = known.bans?.bans.find(({ of }) => of.by === 'account' && of.account === account)?.of;
  return banned?.by === 'account' ? banned.name : account;
}
