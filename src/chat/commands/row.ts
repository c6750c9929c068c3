// The shape of a command's row: what it needs, how it is written, what it does. Help is printed from these rows.
import { ROOMS_OWNED } from '../../limits.ts';
import type { ChatState } from '../state.ts';
import {
  type AccountId,
  type Actor,
  type Command,
  type CommandKind,
  type ConversationId,
  type Decision,
  type Draft,
  type EventDetail,
  type InviteId,
  type MessageId,
  type MessageRef,
  type Millis,
  type Needs,
  type Rejection,
  reject,
} from '../vocabulary.ts';

/** What a decision may look at. */
export interface Deciding {
  readonly state: ChatState;
  readonly actor: Actor;
  readonly now: Millis;
  readonly id: MessageId;
  /** The id of the private talk of two accounts (a hash, so it comes from outside). */
  readonly talkOf: (one: AccountId, other: AccountId) => ConversationId;
  /** What an invite is proven with (from a secret, so it comes from outside). */
  readonly inviteToken: (invite: InviteId) => string;
  /** A message that the actor may see, as it stands; null where there is none. Throws what the log throws. */
  readonly message: (about: MessageRef) => (Draft & { readonly kind: 'message' }) | null;
  /** Networks that the limits an address do not apply to. */
  readonly exempt: readonly string[];
  /** The accounts that are connected from within a network (in its kept form). */
  readonly within: (network: string) => Iterable<AccountId>;
  /** Whether the actor may see what somebody said or offered. */
  readonly maySee: (about: MessageRef) => boolean;
  /** Whether all of an offered file waits at the server. */
  readonly inSpool: (about: MessageRef) => boolean;
  /** Whether so many bytes more of the actor's may wait for an account that is away. */
  readonly mayWait: (to: AccountId, bytes: number) => boolean;
}

/** Where a line was written. */
export interface LineContext {
  /** The room on screen, if it is a room. */
  readonly room: ConversationId | null;
  /** The person on screen, if it is private talk. */
  readonly person: AccountId | null;
  /** The message that is picked there, else the newest. */
  readonly message?: MessageRef | null;
  /** The one picked if it is one's own, else one's newest there. */
  readonly own?: MessageRef | null;
}

export type LineResult =
  | { readonly is: 'command'; readonly command: Command }
  | { readonly is: 'usage' }
  | { readonly is: 'rejected'; readonly rejection: Rejection };

/** One written form of a command: `/topic TEXT`. */
export interface LineForm {
  readonly name: string;
  readonly aliases: readonly string[];
  /** As help prints it: capitals are values, brackets may be left out. */
  readonly args: string;
  /** Key of the sentence that says what it does. */
  readonly help: string;
  /** Completes the first argument with rooms or with people. */
  readonly completes?: 'room' | 'person';
  readonly parse: (rest: string, context: LineContext) => LineResult;
}

export interface CommandRow<K extends CommandKind> {
  readonly needs: Needs;
  /** Members may give it where a room is theirs, operators anywhere: it is among what operators write. */
  readonly steers?: true;
  readonly lines: readonly LineForm[];
  readonly decide: (command: Extract<Command, { kind: K }>, deciding: Deciding) => Decision;
}

export const USAGE: LineResult = { is: 'usage' };

export function written(command: Command): LineResult {
  return { is: 'command', command };
}

export function refused(code: Rejection['code'], params: Rejection['params'] = {}): LineResult {
  return { is: 'rejected', rejection: { code, params } };
}

/** The first word and what follows it. */
export function firstWord(rest: string): [string, string] {
  const match = /^\s*(\S*)\s*([\s\S]*)$/.exec(rest);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

/** An event by the actor; `answers` on the one that carries the command's id. */
export function draft(
  deciding: Pick<Deciding, 'actor' | 'now' | 'id'>,
  conversation: ConversationId,
  detail: EventDetail,
  answers: boolean,
): Draft {
  const { actor, now, id } = deciding;
  return { time: now, conversation, account: actor.account, from: actor.name, id: answers ? id : null, ...detail };
}

/** Why the actor may make no further room, or null. However a room is made, it counts. */
export function mayFound({ state, actor }: Deciding): Decision | null {
  let owned = 0;
  for (const room of state.rooms.values()) if (room.owner === actor.account) owned += 1;
  return owned >= ROOMS_OWNED ? reject('too-many-rooms', { limit: ROOMS_OWNED }) : null;
}

/** Whether the actor may say something in a conversation: who is in the room, and anyone while it is open to all. */
export function maySpeak({ state, actor }: Deciding, conversation: ConversationId): boolean {
  const room = state.rooms.get(conversation);
  return !room || room.visibility === 'public' || room.members.has(actor.account);
}
