// What became of an offer to one person that stands no more, by the log of their private talk: whoever offered it may not have
// lived to hear it.

import type { WithdrawnWhy } from '../chat/file-note.ts';
import { offerKey } from '../chat/offers.ts';
import { PAGE_EVENTS } from '../limits.ts';
import type { Page, Query } from '../protocol/packet.ts';
import type { Transfer } from './transfer-list.ts';

export interface OfferEnd {
  readonly state: 'done' | 'declined' | WithdrawnWhy;
  /** Who it was for, where that is known. */
  readonly who: string;
}

/** Pages that are looked through, the newest first. */
const PAGES = 20;

/** Null: nothing is said of its end, or it was to a room. */
export async function endOfOffer(
  ask: (query: Query) => Promise<readonly Page[]>,
  { key, conversation }: Pick<Transfer, 'key' | 'conversation'>,
): Promise<OfferEnd | null> {
  if (conversation.startsWith('#')) return null;
  // Before a server has spoken of it, one knows a name and not yet which talk it belongs to.
  const scope = conversation === '' ? ({ of: 'private' } as const) : ({ of: 'conversation', conversation } as const);
  let before: number | null = null;
  for (let n = 0; n < PAGES; n++) {
    const query: Query = { kind: 'history', scope, after: null, since: null, before, limit: PAGE_EVENTS };
    const [page]: readonly Page[] = await ask(query);
    if (page?.kind !== 'events') return null;
    for (const event of page.items.toReversed()) {
      if (event.kind === 'received' && offerKey(event.about) === key) return { state: 'done', who: event.from };
      if (event.kind === 'declined' && offerKey(event.about) === key) return { state: 'declined', who: event.from };
      if (event.kind === 'withdrawn' && offerKey(event.about) === key) return { state: event.why, who: '' };
      if (event.kind === 'offered' && event.id !== null && offerKey({ account: event.account, id: event.id }) === key) {
        return null;
      }
    }
    if (!page.more) return null;
    before = page.items[0]?.position ?? 0;
  }
  return null;
}
