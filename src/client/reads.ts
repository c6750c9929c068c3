// How far the person has read each conversation: told to the server when it is there, and taken over from their other clients.
// The store calls a private talk by its other account, the server by its id.
import { isPrivate } from '../chat/conversations.ts';
import type { AccountId, AnyEvent, ConversationId, ConversationSummary, Position } from '../chat/vocabulary.ts';
import type { ClientStore } from '../store/client-store.ts';
import { Paced } from './paced.ts';

export interface ReadsOptions {
  readonly store: ClientStore | null;
  /** Tells the server, which is there. */
  readonly tell: (conversation: ConversationId, position: Position) => void;
  readonly later: (milliseconds: number, call: () => void) => () => void;
}

export class Reads {
  readonly #options: ReadsOptions;
  readonly #telling: Paced;
  /** The other accounts of private talks. */
  readonly #peers = new Map<ConversationId, AccountId>();
  /** What the server is to be told. */
  readonly #untold = new Map<ConversationId, Position>();
  #account: AccountId = '';
  #server: string | null = null;
  #here = false;

  constructor(options: ReadsOptions) {
    this.#options = options;
    this.#telling = new Paced(options.later, () => this.#tell());
  }

  /** Logged in: what was read meanwhile is told. */
  enter(server: string, account: AccountId): void {
    // Positions of another server's log say nothing here.
    if (this.#server !== null && this.#server !== server) this.#untold.clear();
    this.#server = server;
    this.#account = account;
    this.#here = true;
    if (this.#untold.size > 0) this.#telling.now();
  }

  leave(): void {
    this.#here = false;
  }

  /** Tells what is not told yet: nothing follows. */
  end(): void {
    this.#telling.stop();
    if (this.#here) this.#tell();
    this.#here = false;
  }

  /** The person has read a conversation up to here. */
  mark(conversation: ConversationId, position: Position): void {
    this.#untold.set(conversation, Math.max(position, this.#untold.get(conversation) ?? 0));
    this.#keep(conversation, position);
    if (this.#here) this.#telling.soon();
  }

  /** Where the server says that they stand. What this machine knows better, it tells: it was read while nobody was there to hear it. */
  overview(items: readonly ConversationSummary[]): void {
    const kept = this.#options.store?.reads();
    for (const { conversation, peer, read } of items) {
      if (peer) this.#peers.set(conversation, peer.account);
      const here = kept?.get(peer?.account ?? conversation) ?? 0;
      if (here > read) this.mark(conversation, here);
      else if (read > here) this.#keep(conversation, read);
    }
  }

  /** Another client of theirs has shown it up to here. */
  marked(conversation: ConversationId, position: Position): void {
    this.#keep(conversation, position);
  }

  /** What is heard tells whose a private talk is. */
  heard(event: AnyEvent): void {
    if (!isPrivate(event.conversation) || !('to' in event) || !event.to) return;
    this.#peers.set(event.conversation, event.account === this.#account ? event.to.account : event.account);
  }

  #keep(conversation: ConversationId, position: Position): void {
    const chat = isPrivate(conversation) ? this.#peers.get(conversation) : conversation;
    // Of a talk that is not known yet the next login tells.
    if (chat !== undefined) this.#options.store?.setRead(chat, position);
  }

  #tell(): void {
    if (!this.#here) return;
    for (const [conversation, position] of this.#untold) this.#options.tell(conversation, position);
    this.#untold.clear();
  }
}
