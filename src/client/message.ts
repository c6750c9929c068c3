// What a client says to whoever listens.
import type {
  AnyEvent,
  ConversationId,
  ConversationSummary,
  MessageId,
  MessageRef,
  Millis,
  Note,
  Position,
  Role,
} from '../chat/vocabulary.ts';
import type { TchatError } from '../errors.ts';
import type { Presence, Side, Welcome } from '../protocol/packet.ts';

export type ClientMessage =
  | { readonly is: 'connecting' }
  /** Logged in. `again`: not for the first time. */
  | { readonly is: 'online'; readonly welcome: Welcome; readonly again: boolean }
  /** The connection is lost; the next dial is at `retryAt`. */
  | { readonly is: 'waiting'; readonly retryAt: Millis; readonly error: TchatError }
  /** It will not come back by itself. The last message. */
  | { readonly is: 'over'; readonly error: TchatError }
  | { readonly is: 'event'; readonly event: AnyEvent }
  | { readonly is: 'presence'; readonly presence: Presence }
  /** Where one stands in each of one's conversations: after each login, before anything that was missed. */
  | { readonly is: 'overview'; readonly conversations: readonly ConversationSummary[] }
  /**
   * The newest page of a room of which too much was missed: what was here before has a gap behind it, and is to be
   * forgotten. `more`: there is something before it.
   */
  | {
      readonly is: 'newest';
      readonly conversation: ConversationId;
      readonly events: readonly AnyEvent[];
      readonly more: boolean;
    }
  /** Another client of this account has read so far. */
  | { readonly is: 'marked'; readonly conversation: ConversationId; readonly position: Position }
  /** A device of the other one has stored this private talk so far. */
  | { readonly is: 'delivered'; readonly conversation: ConversationId; readonly position: Position }
  /** The other end of a file's way is ready, or needs this one. */
  | { readonly is: 'wanted'; readonly about: MessageRef; readonly side: Side }
  /** What one may do there has changed. */
  | { readonly is: 'role'; readonly role: Role }
  /** A piece of what the part of the server for operators says; `final`: the last of one saying. */
  | { readonly is: 'admin'; readonly reply: Uint8Array; readonly final: boolean }
  /** There is no admin session for this account, or no longer. */
  | { readonly is: 'admin-refused'; readonly error: TchatError }
  /** The list of people is out of date: ask for it. */
  | { readonly is: 'stale' }
  | {
      readonly is: 'acked';
      readonly id: MessageId;
      readonly position: Position;
      readonly time: Millis;
      /** What the answer says besides. */
      readonly notes: readonly Note[];
    }
  | { readonly is: 'refused'; readonly id: MessageId; readonly error: TchatError }
  /** The line is on its way as long as this process lives, and no longer: it could not be kept on the disk. */
  | { readonly is: 'unkept'; readonly id: MessageId; readonly error: TchatError }
  | { readonly is: 'trip'; readonly milliseconds: number };
