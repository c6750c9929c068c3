// Files as operators see them: what stands, where it is, how far and how fast. What moves comes first, then the oldest.
import type { Offer, Offers } from '../chat/offers.ts';
import { FILES_LISTED } from '../limits.ts';
import type { AdminAnswers, FileRow } from './admin-session.ts';
import type { Moving } from './movements.ts';

export interface FileSources {
  readonly moving: (key: string) => Moving | null;
  /** What is in the store. */
  readonly kept: (offer: Offer) => { readonly whole: boolean; readonly written: number };
}

export function listed(offers: Offers, sources: FileSources): AdminAnswers['files'] {
  const all = [...offers].map(([key, offer]) => ({ key, offer, moving: sources.moving(key) }));
  const moving = all.filter(each => each.moving !== null);
  const still = all.slice(0, FILES_LISTED + moving.length).filter(each => each.moving === null);
  const rows = [...moving, ...still].slice(0, FILES_LISTED);
  return {
    files: rows.map(each => rowOf(each.key, each.offer, each.moving, sources)),
    all: all.length,
    moving: moving.length,
    rate: moving.reduce((sum, each) => sum + (each.moving?.rate ?? 0), 0),
  };
}

function rowOf(key: string, offer: Offer, moving: Moving | null, { kept }: FileSources): FileRow {
  const { from, to, body, size, time, received } = offer;
  const { whole, written } = kept(offer);
  return {
    ...{ file: key, from, to: to?.name ?? offer.conversation, private: to !== undefined },
    ...{ name: body.kind === 'file' ? body.file.name : '', size, since: time },
    state: moving?.kind ?? (whole ? 'waiting' : 'offered'),
    ...{ done: moving?.done ?? written, rate: moving?.rate ?? 0, takers: moving?.kind === 'taken' ? moving.ways : 0 },
    received: received.size,
  };
}
