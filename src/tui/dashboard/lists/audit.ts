// The audit trail: who did what, when and why, the newest first; and taken back where something takes it back.
import { formatStamp } from '../../kit/format.ts';
import { spansOf, wordsOfEntry } from '../log-line.ts';
import type { ListOverlay, Model } from '../model.ts';
import type { Step } from '../send.ts';
import { steer } from '../steer.ts';
import type { ListSpec } from './list.ts';

/** Columns of the widest line that is looked at. */
const WIDEST = 200;

export const AUDIT: ListSpec = {
  title: 'dashboard.audit',
  none: 'dashboard.audit.none',
  columns: [
    { id: 'time', least: 13 },
    { id: 'undo', least: 2 },
    { id: 'act', least: 20, widest: WIDEST },
  ],
  titles: { time: 'dashboard.audit.time', undo: 'dashboard.audit.mark', act: 'dashboard.audit.act' },
  ranked: ['act', 'undo', 'time'],
  rows: model =>
    model.known.audit?.acts.map(({ position, entry, undo }) => ({
      key: String(position),
      text: () => wordsOfEntry(entry),
      cell: (column: string) => {
        if (column === 'time')
          return [{ text: formatStamp(entry.time, model.now, model.offset), token: 'faint' } as const];
        if (column === 'undo') return [{ text: undo ? '↶' : ' ', token: 'accent' } as const];
        return spansOf(entry, WIDEST);
      },
    })) ?? null,
  actions: [
    {
      letter: 'u',
      key: 'Enter',
      words: 'dashboard.audit.undo',
      run: (model, overlay, key) => {
        const undo = model.known.audit?.acts.find(({ position }) => String(position) === key)?.undo;
        return undo ? steer(model, undo, overlay) : null;
      },
    },
  ],
};

/** The newest act that can be taken back, as asked for by a command. */
export function undoNewest(model: Model, { undoes: _undoes, ...overlay }: ListOverlay): Step | null {
  const act = model.known.audit?.acts.find(({ undo }) => undo !== null);
  return act?.undo ? steer(model, act.undo, { ...overlay, selected: String(act.position) }) : null;
}
