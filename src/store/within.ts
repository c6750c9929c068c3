// Parts of conversations as a filter: which events are within, and what a message is for whoever sees no more than these.
import type { Reach } from '../chat/access.ts';
import { ENDLESS } from '../chat/access.ts';
import { type Change, fold } from '../chat/fold.ts';
import type { Body, ChatEvent, ConversationId, Message, Position } from '../chat/vocabulary.ts';

interface Place {
  readonly conversation: ConversationId;
  readonly position: Position;
}

export class Within {
  readonly #parts = new Map<ConversationId, Reach[]>();

  constructor(reaches: readonly Reach[]) {
    for (const reach of reaches) {
      const list = this.#parts.get(reach.conversation);
      if (list) list.push(reach);
      else this.#parts.set(reach.conversation, [reach]);
    }
  }

  get conversations(): readonly ConversationId[] {
    return [...this.#parts.keys()];
  }

  holds(place: Place): boolean {
    return this.#partOf(place) !== undefined;
  }

  /** Whether something may have been done about a message out of sight: the part in which it stands does not go on. */
  ends(place: Place): boolean {
    return this.#partOf(place)?.to !== ENDLESS;
  }

  /**
   * A message for whoever sees these parts alone, from its first words and all that was done about it: what was done
   * elsewhere is left out. What was taken back is taken from everybody.
   */
  seen(message: Message, first: Body, changes: readonly (ChatEvent & Change)[]): Message {
    if (message.deleted) return message;
    const { edited: _edited, reactions: _reactions, ...rest } = message;
    let seen: Message = { ...rest, body: first };
    for (const change of changes) if (this.holds(change)) seen = fold(seen, change, change.position);
    return seen;
  }

  #partOf({ conversation, position }: Place): Reach | undefined {
    return this.#parts.get(conversation)?.find(({ from, to }) => position >= from && position <= to);
  }
}
