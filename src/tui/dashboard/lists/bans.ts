// Who is kept out and who is kept silent: whom, by whom, why, and for how long still. Lifted here.
import { banKey, muteKey } from '../../../chat/moderation.ts';
import { whoOf } from '../../../chat/undo.ts';
import type { Mute, Sanction } from '../../../chat/vocabulary.ts';
import { say } from '../../../words/words.ts';
import type { Span } from '../../kit/canvas.ts';
import { formatDuration, formatSince } from '../../kit/format.ts';
import type { Ban } from '../facts.ts';
import type { Model } from '../model.ts';
import { openDetails } from '../open.ts';
import { steer } from '../steer.ts';
import type { ListRow, ListSpec } from './list.ts';

export const BANS: ListSpec = {
  title: 'dashboard.bans',
  none: 'dashboard.bans.none',
  columns: [
    { id: 'who', least: 14, widest: 36 },
    { id: 'kind', least: 9 },
    { id: 'left', least: 10 },
    { id: 'by', least: 10, widest: 24 },
    { id: 'since', least: 7 },
    { id: 'why', least: 10, widest: 100, last: true },
  ],
  titles: {
    who: 'dashboard.bans.who',
    kind: 'dashboard.bans.kind',
    left: 'dashboard.bans.left',
    by: 'dashboard.bans.by',
    since: 'dashboard.bans.since',
    why: 'dashboard.bans.why',
  },
  ranked: ['who', 'left', 'kind', 'why', 'by', 'since'],
  rows: model => {
    const { bans } = model.known;
    if (!bans) return null;
    const rows = [
      ...bans.bans.map(ban => ({ since: ban.since, row: banRow(ban, model) })),
      ...bans.mutes.map(mute => ({ since: mute.since, row: muteRow(mute, model) })),
    ];
    return rows.toSorted((one, other) => other.since - one.since).map(({ row }) => row);
  },
  actions: [
    {
      letter: 'u',
      key: 'Delete',
      words: 'dashboard.bans.lift',
      run: (model, overlay, key) => {
        const ban = banOf(model, key);
        if (ban) return steer(model, { kind: 'unban', who: whoOf(ban.of) }, overlay);
        const mute = muteOf(model, key);
        if (!mute) return null;
        const { account, room } = mute;
        return steer(model, { kind: 'unmute', target: { to: 'account', account }, room }, overlay);
      },
    },
    {
      letter: 'i',
      key: 'Enter',
      words: 'dashboard.hint.details',
      run: (model, overlay, key) => {
        const ban = banOf(model, key);
        if (ban?.of.by === 'account') return openDetails(model, ban.of.account, overlay);
        if (ban?.of.by === 'name') return openDetails(model, `@${ban.of.name}`, overlay);
        const mute = muteOf(model, key);
        return mute ? openDetails(model, mute.account, overlay) : null;
      },
    },
  ],
};

function banRow(ban: Ban, model: Model): ListRow {
  const { of } = ban;
  const who = of.by === 'network' ? of.network : of.name;
  const kind = say(`dashboard.bans.kind.${of.by}`);
  return rowOf(`ban ${banKey(of)}`, { who, kind, mark: 'error' }, ban, model);
}

function muteRow(mute: Mute, model: Model): ListRow {
  const kind = mute.room === null ? say('dashboard.bans.kind.mute') : mute.room;
  return rowOf(`mute ${muteKey(mute.account, mute.room)}`, { who: mute.name, kind, mark: 'warn' }, mute, model);
}

interface Shown {
  readonly who: string;
  readonly kind: string;
  readonly mark: 'error' | 'warn';
}

function rowOf(key: string, { who, kind, mark }: Shown, { until, by, reason, since }: Sanction, model: Model): ListRow {
  const left = leftOf(until, model.now);
  const cells: Readonly<Record<string, Span>> = {
    who: { text: who, token: 'text' },
    kind: { text: kind, token: mark },
    left: { text: left, token: until === null ? 'dim' : 'text' },
    by: { text: by, token: 'dim' },
    since: { text: formatSince(since, model.now, model.offset), token: 'faint' },
    why: { text: reason === '' ? '–' : reason, token: 'text' },
  };
  return { key, text: () => `${who} ${kind} ${by} ${reason}`, cell: column => [cells[column]!] };
}

/** How long something holds still: `2 h 5 m`, or that it does for good. */
export function leftOf(until: number | null, now: number): string {
  return until === null ? say('dashboard.for-good') : formatDuration(Math.max(0, until - now));
}

function banOf({ known }: Model, key: string): Ban | undefined {
  return known.bans?.bans.find(({ of }) => `ban ${banKey(of)}` === key);
}

function muteOf({ known }: Model, key: string): Mute | undefined {
  return known.bans?.mutes.find(({ account, room }) => `mute ${muteKey(account, room)}` === key);
}
