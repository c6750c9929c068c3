// The bar at the top: which server, since when, in which state; and the one at the bottom: what may be pressed.
import { say, type WordKey } from '../../words/words.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import { formatDuration } from '../kit/format.ts';
import type { Token } from '../kit/tokens.ts';
import { widthOf } from '../kit/width.ts';
import { type Action, BINDINGS, keyLabels, WRITING_HINTS } from './keys.ts';
import type { Model, Place } from './model.ts';
import { ELSEWHERE, isLookedAt } from './open.ts';

const GAP = 3;

export function viewBar(model: Model, canvas: Canvas): void {
  canvas.fill('bar');
  const margin = canvas.width >= 60 ? 2 : 1;
  const state = stateOf(model);
  const stateWidth = widthOf(state.text);
  const at = canvas.width - margin - stateWidth;
  canvas.text(at, 0, state.text, state.token);
  canvas.target({ x: at, y: 0, width: stateWidth, height: 1 }, { on: 'action', action: 'door' } as Place);
  let x = margin;
  const end = canvas.width - 2 * margin - stateWidth;
  for (const [index, part] of partsOf(model).entries()) {
    const width = widthOf(part.text);
    // The server's name is cut where it must be; what follows is there as a whole or not at all.
    if (x + width > end && index > 1) break;
    const used = canvas.spans(x, 0, [part], { width: Math.max(0, Math.min(width, end - x)) });
    // Where the server is: how others come there.
    if (index === 2) canvas.target({ x, y: 0, width: used, height: 1 }, { on: 'action', action: 'share' } as Place);
    x += used + GAP;
  }
}

function partsOf(model: Model): readonly Span[] {
  const { server } = model;
  const parts: Span[] = [{ text: say('dashboard.title'), tokens: ['strong', 'accent'] }];
  if (!server) return parts;
  parts.push({ text: server.name, token: 'strong' });
  parts.push({ text: server.address, token: 'dim' });
  parts.push({ text: say('dashboard.up', { time: formatDuration(model.now - server.startedAt) }), token: 'dim' });
  if (server.encrypted) parts.push({ text: say('dashboard.encrypted'), token: 'faint' });
  parts.push({ text: say('dashboard.version', { version: server.version }), token: 'faint' });
  return parts;
}

function stateOf(model: Model): { text: string; token: Token } {
  if (model.phase === 'starting') return { text: `${say('dashboard.state.starting')} ○`, token: 'dim' };
  if (model.phase === 'closing') return { text: `${say('dashboard.state.closing')} ◌`, token: 'warn' };
  const full = model.stats !== null && model.stats.connections >= model.stats.limit;
  if (full && model.stats?.door !== 'closed') return { text: `${say('dashboard.state.full')} ◆`, token: 'warn' };
  switch (model.stats?.door) {
    case 'closed':
      return { text: `${say('dashboard.state.door-closed')} ■`, token: 'error' };
    case 'invited':
      return { text: `${say('dashboard.state.door-invited')} ◑`, token: 'warn' };
    case 'guests':
      return { text: `${say('dashboard.state.door-guests')} ◑`, token: 'warn' };
    default:
      return { text: `${say('dashboard.state.open')} ●`, token: 'ok' };
  }
}

interface Hint {
  readonly label: string;
  readonly words: string;
  readonly place: Place | null;
  /** Stays the longest when the bar is narrow. */
  readonly vital: boolean;
}

export function viewKeys(model: Model, canvas: Canvas): void {
  canvas.fill('bar');
  const margin = canvas.width >= 60 ? 2 : 1;
  const shown = fitted(hintsOf(model), canvas.width - 2 * margin);
  let x = margin;
  for (const { label, words, place } of shown) {
    const width = widthOf(label) + 1 + widthOf(words);
    canvas.text(x, 0, label, 'key');
    canvas.text(x + widthOf(label) + 1, 0, words, 'dim');
    if (place) canvas.target({ x, y: 0, width, height: 1 }, place);
    x += width + 2;
  }
}

/** While a text is being written letters are text, and an overlay takes most keys: only what still acts is shown. */
function hintsOf(model: Model): readonly Hint[] {
  const writing = model.focus === 'command' || model.field !== null;
  const bound = BINDINGS.flatMap((binding): Hint[] => {
    const { hint, action } = binding;
    if (hint === undefined) return [];
    const named = binding.keys[0];
    const label = writing ? named : (named ?? keyLabels(binding)[0]);
    const vital = action === 'help' || action === 'quit' || (action === 'door' && !writing && !model.overlay);
    const reached = model.overlay ? isLookedAt(model.overlay) && ELSEWHERE.has(action) : !writing;
    if (label === undefined || !(reached || vital)) return [];
    return [{ label, words: say(wordsFor(model, action) ?? hint), place: { on: 'action', action }, vital }];
  });
  return writing && !model.overlay ? [...writingHints(model), ...bound] : bound;
}

/** What a key does now, where that is not always the same. */
function wordsFor({ server, stats }: Model, action: Action): WordKey | null {
  // An attached screen stops nothing.
  if (action === 'quit' && server?.attached) return 'dashboard.close';
  return action === 'door' && stats?.door === 'closed' ? 'dashboard.hint.door-open' : null;
}

function writingHints(model: Model): readonly Hint[] {
  const rows = model.field ? WRITING_HINTS.filter(({ keys }) => keys === 'Enter' || keys === 'Esc') : WRITING_HINTS;
  return rows.map(({ keys, hint, action }) => {
    const words: WordKey = model.field && keys === 'Enter' ? 'dashboard.hint.apply' : hint;
    return { label: keys, words: say(words), place: action ? { on: 'action', action } : null, vital: keys === 'Esc' };
  });
}

/** Which stay the longest: what opens something, then the panes, which can be clicked themselves, then what acts in them. */
function rankOf({ label, vital, place }: Hint): number {
  if (vital) return 0;
  if (place?.on === 'action' && (place.action === 'users' || place.action === 'log')) return 2;
  return /^F\d+$/.test(label) ? 1 : 3;
}

/** As many as fit; the vital ones have their room kept. */
function fitted(hints: readonly Hint[], width: number): readonly Hint[] {
  const taken = (hint: Hint) => widthOf(hint.label) + 1 + widthOf(hint.words) + 2;
  let left = width + 2;
  const kept = new Set<Hint>();
  for (const hint of hints.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    if (taken(hint) > left) continue;
    left -= taken(hint);
    kept.add(hint);
  }
  return hints.filter(hint => kept.has(hint));
}
