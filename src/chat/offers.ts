// Offers of files that still stand: who may have them, and who has them already. A part of the state of the chat that follows
// from talk of the last days alone.
import type {
  AccountId,
  ConversationId,
  Draft,
  EventKind,
  MessageId,
  MessageRef,
  Millis,
  OfferBody,
  Peer,
} from './vocabulary.ts';

export interface Offer {
  readonly account: AccountId;
  readonly id: MessageId;
  /** The sender's name at that time. */
  readonly from: string;
  readonly conversation: ConversationId;
  /** In private talk the other one; absent in rooms. */
  readonly to?: Peer;
  /** Bytes as they travel. */
  readonly size: number;
  readonly body: OfferBody;
  readonly time: Millis;
  /** Who has it. */
  readonly received: Set<AccountId>;
}

/** By offerKey. */
export type Offers = Map<string, Offer>;

/** By what an offer is known: ids are unique an account, and only within it. */
export function offerKey({ account, id }: MessageRef): string {
  return `${account}/${id}`;
}

export function offerOf(offers: Offers, about: MessageRef): Offer | null {
  return offers.get(offerKey(about)) ?? null;
}

/** Takes one event; total. An offer to one person is over as soon as they have it, or do not want it. */
export function applyOffer(offers: Offers, event: Draft): void {
  switch (event.kind) {
    case 'offered': {
      const { account, id, from, conversation, to, size, body, time } = event;
      if (id === null) return;
      const offer = { account, id, from, conversation, size, body, time, received: new Set<AccountId>() };
      offers.set(offerKey({ account, id }), to ? { ...offer, to } : offer);
      return;
    }
    case 'received': {
      const offer = offerOf(offers, event.about);
      offer?.received.add(event.account);
      if (offer?.to) offers.delete(offerKey(offer));
      return;
    }
    case 'declined':
    case 'withdrawn':
      offers.delete(offerKey(event.about));
      return;
    default:
      return;
  }
}

/** What becomes of an offer. */
export type FileEvent = Extract<Draft, { kind: 'received' | 'declined' | 'withdrawn' }>;

export function isFileEvent<E extends { readonly kind: EventKind | 'unknown' }>(event: E): event is E & FileEvent {
  return event.kind === 'received' || event.kind === 'declined' || event.kind === 'withdrawn';
}

/** An account's offers. */
export function offersOf(offers: Offers, account: AccountId): readonly Offer[] {
  return [...offers.values()].filter(offer => offer.account === account);
}
