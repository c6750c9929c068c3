// Opening what lies above the screen, with what has to be asked of the server for it; and asking again while it is open.

import { ACTS_ASKED, type Query } from './facts.ts';
import type { Action } from './keys.ts';
import { arrange } from './layout.ts';
import { newLine } from './line.ts';
import type { ChangeForm, ListKind, Model, Overlay } from './model.ts';
import { type Step, still } from './send.ts';

/** A list, its newest state asked for. */
export function openList(model: Model, of: ListKind, more: { filter?: string; undoes?: true } = {}): Step {
  const overlay: Overlay = { is: 'list', of, selected: null, top: 0, filter: '', field: null, ...more };
  // What was known of it is old: rows that move as soon as one sees them are not to be clicked.
  return asked({ ...model, overlay, notice: null, known: { ...model.known, [of]: null } });
}

/** All about somebody: an account, or `@name`. */
export function openDetails(model: Model, whom: string, back: Overlay | null): Step {
  return asked({ ...model, overlay: { is: 'details', whom, top: 0, back }, notice: null });
}

/** A value to be written anew; see ChangeForm. */
export function changeForm(
  line: string,
  name: string,
  value: string,
  back: Overlay | null = null,
  of = '',
): ChangeForm {
  return { is: 'change', line, name, of, value: newLine(value), fault: null, back };
}

/** Asks for what the open overlay shows. */
export function asked(model: Model): Step {
  const query = queryOf(model.overlay);
  return query ? [{ ...model, outdated: false }, [{ type: 'ask', query }]] : still(model);
}

/** Lists that change by themselves. */
const MOVING: ReadonlySet<ListKind> = new Set<ListKind>(['rooms', 'transfers']);

/** Once a second: what changes by itself and is to be seen is asked for again, and what an act has changed. */
export function refreshed(model: Model): Step {
  const { overlay } = model;
  const moves = overlay?.is === 'details' || (overlay?.is === 'list' && MOVING.has(overlay.of));
  const [next, effects] = moves || model.outdated ? asked(model) : still(model);
  const inSight = arrange(model).transfers !== null && !(overlay?.is === 'list' && overlay.of === 'transfers');
  return inSight ? [next, [...effects, { type: 'ask', query: { of: 'transfers' } }]] : [next, effects];
}

/** The acts before those that are there, where there are any. */
export function olderActs({ known }: Model): Query | null {
  const { audit } = known;
  const oldest = audit?.acts.at(-1)?.position;
  return audit === null || audit.whole || oldest === undefined || audit.acts.length < ACTS_ASKED
    ? null
    : { of: 'audit', before: oldest };
}

function queryOf(overlay: Overlay | null): Query | null {
  if (overlay?.is === 'details') return { of: 'person', whom: overlay.whom };
  if (overlay?.is !== 'list') return null;
  return overlay.of === 'audit' ? { of: 'audit', before: null } : { of: overlay.of };
}

/** Keys that open something else while something is only looked at. */
export const ELSEWHERE: ReadonlySet<Action> = new Set<Action>([
  ...(['help', 'users', 'log', 'rooms', 'transfers', 'bans', 'audit', 'settings', 'door'] as const),
]);

/** Whether an overlay asks for nothing, so that one may go on to another. */
export function isLookedAt({ is }: Overlay): boolean {
  return is === 'list' || is === 'details' || is === 'help';
}
