// What keys and the mouse do while an overlay is open: it takes everything, and gives the screen back with Esc.

import { parseWords } from '../../../chat/line.ts';
import type { Target } from '../../../chat/vocabulary.ts';
import { REASON_LENGTH } from '../../../limits.ts';
import type { InputEvent } from '../../kit/input.ts';
import { act, type Step, send, setLimit, still } from '../act.ts';
import { actionOfKey } from '../keys.ts';
import { edited } from '../line.ts';
import type { Model, Overlay, Place } from '../model.ts';
import { helpPage, helpTop } from './help.ts';

type KickOverlay = Extract<Overlay, { is: 'kick' }>;
type LimitOverlay = Extract<Overlay, { is: 'limit' }>;

export function overlayInput(model: Model, overlay: Overlay, event: InputEvent): Step {
  if (event.type === 'key' && event.key === 'Esc') return still(closed(model));
  if (event.type === 'key' && event.key === 'Enter') return confirmed(model, overlay);
  switch (overlay.is) {
    case 'help':
      return inHelp(model, overlay, event);
    case 'kick': {
      const reason = edited(overlay.reason, event);
      return still(reason ? { ...model, overlay: { ...overlay, reason } } : model);
    }
    case 'limit': {
      const value = edited(overlay.value, event);
      return still(value ? { ...model, overlay: { ...overlay, value, fault: null } } : model);
    }
    case 'details':
      if (event.type === 'text' && event.text === 'k') return act(closed(model), 'kick');
      return event.type === 'text' && /^[iq]/.test(event.text) ? still(closed(model)) : still(model);
    case 'share':
      if (event.type === 'text' && event.text === 'y') return confirmed(model, overlay);
      return event.type === 'text' && /^[jq]/.test(event.text) ? still(closed(model)) : still(model);
    case 'lower':
    case 'release':
    case 'quit':
      if (event.type !== 'text') return still(model);
      if (/^[yY]/.test(event.text)) return confirmed(model, overlay);
      return /^[nN]/.test(event.text) ? still(closed(model)) : still(model);
    default:
      return overlay satisfies never;
  }
}

export function overlayPressed(model: Model, overlay: Overlay, place: Place): Step {
  if (place.on === 'yes') return confirmed(model, overlay);
  if (place.on === 'no') return still(closed(model));
  return still(model);
}

function confirmed(model: Model, overlay: Overlay): Step {
  switch (overlay.is) {
    case 'kick':
      return send(closed(model), { kind: 'kick', target: targetOf(overlay), reason: reasonOf(overlay) });
    case 'limit':
      return limitEntered(model, overlay);
    case 'lower':
      return send(closed(model), { kind: 'limit', connections: overlay.connections });
    case 'release':
      return send(closed(model), { kind: 'release', name: overlay.name });
    case 'quit':
      return [closed(model), [{ type: 'quit', now: model.phase === 'closing' }]];
    case 'share':
      return act(closed(model), 'copy');
    case 'help':
    case 'details':
      return still(closed(model));
    default:
      return overlay satisfies never;
  }
}

/** The same row of the chat that reads a written `limit`. */
function limitEntered(model: Model, overlay: LimitOverlay): Step {
  const parsed = parseWords('limit', overlay.value.text.trim(), { room: null, person: null });
  if (parsed.is === 'command' && parsed.command.kind === 'limit') return setLimit(model, parsed.command.connections);
  const fault =
    parsed.is === 'rejected'
      ? parsed.rejection
      : { code: 'limit-invalid', params: { value: overlay.value.text.trim() || '–' } };
  return still({ ...model, overlay: { ...overlay, fault: { tone: 'error', ...fault } } });
}

function inHelp(model: Model, overlay: Extract<Overlay, { is: 'help' }>, event: InputEvent): Step {
  if (event.type === 'text') return /^[?q]/.test(event.text) ? still(closed(model)) : still(model);
  if (event.type !== 'key') return still(model);
  const action = actionOfKey(event.key);
  if (action === 'help') return still(closed(model));
  const moves: Partial<Record<string, number>> = {
    up: -1,
    down: 1,
    'page-up': -helpPage(model),
    'page-down': helpPage(model),
    first: -Number.MAX_SAFE_INTEGER,
    last: Number.MAX_SAFE_INTEGER,
  };
  const delta = action ? moves[action] : undefined;
  if (delta === undefined) return still(model);
  return still({ ...model, overlay: { ...overlay, top: helpTop(model, overlay.top + delta) } });
}

function closed(model: Model): Model {
  return { ...model, overlay: null };
}

function targetOf({ account, name }: KickOverlay): Target {
  return account === null ? { to: 'name', name } : { to: 'account', account };
}

/** As the chat cleans it: one line of at most REASON_LENGTH code points. */
function reasonOf({ reason }: KickOverlay): string {
  return [...reason.text.trim()].slice(0, REASON_LENGTH).join('');
}
