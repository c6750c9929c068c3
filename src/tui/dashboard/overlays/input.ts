// What keys and the mouse do while an overlay is open: it takes everything, and gives the screen back with Esc.
import { parseWords } from '../../../chat/line.ts';
import { whoOf } from '../../../chat/undo.ts';
import type { Command } from '../../../chat/vocabulary.ts';
import type { InputEvent } from '../../kit/input.ts';
import { act } from '../act.ts';
import { type Action, actionOfKey } from '../keys.ts';
import { edited } from '../line.ts';
import type { ChangeForm, Model, Overlay, Place } from '../model.ts';
import { changeForm, ELSEWHERE, isLookedAt } from '../open.ts';
import { sanctionForm } from '../sanction.ts';
import { type Step, send, still } from '../send.ts';
import { steer } from '../steer.ts';
import { detailsPage, detailsTop, personOf } from './details.ts';
import { helpPage, helpTop } from './help.ts';
import { done, listInput, listScrolled, rowPressed } from './list-input.ts';
import { sanctionConfirmed, sanctionInput } from './sanction.ts';

type Details = Extract<Overlay, { is: 'details' }>;

export function overlayInput(model: Model, overlay: Overlay, event: InputEvent): Step {
  const writing = overlay.is === 'list' && overlay.field !== null;
  if (isLookedAt(overlay) && !writing) {
    const action = event.type === 'key' ? actionOfKey(event.key) : undefined;
    const same = action === 'help' && overlay.is === 'help';
    if (action && !same && ELSEWHERE.has(action)) return act(closed(model), action);
  }
  if (overlay.is === 'list') return listInput(model, overlay, event);
  if (event.type === 'key' && event.key === 'Esc') return still(closed(model));
  if (event.type === 'key' && event.key === 'Enter') return confirmed(model, overlay);
  switch (overlay.is) {
    case 'help':
      return inHelp(model, overlay, event);
    case 'sanction':
      return sanctionInput(model, overlay, event);
    case 'change': {
      const value = edited(overlay.value, event);
      return still(value ? { ...model, overlay: { ...overlay, value, fault: null } } : model);
    }
    case 'details':
      return inDetails(model, overlay, event);
    case 'share':
      if (event.type === 'text' && event.text === 'y') return confirmed(model, overlay);
      if (event.type === 'text' && event.text === 'i') return still(inviting(model, overlay));
      return event.type === 'text' && /^[jq]/.test(event.text) ? still(closed(model)) : still(model);
    case 'ask':
    case 'quit':
      if (event.type !== 'text') return still(model);
      if (/^[yY]/.test(event.text)) return confirmed(model, overlay);
      return /^[nN]/.test(event.text) ? still(closed(model)) : still(model);
    default:
      return overlay satisfies never;
  }
}

export function overlayPressed(model: Model, overlay: Overlay, place: Place): Step {
  switch (place.on) {
    case 'action':
      return isLookedAt(overlay) && ELSEWHERE.has(place.action) ? act(closed(model), place.action) : still(model);
    case 'yes':
      return confirmed(model, overlay);
    case 'no':
      return still(closed(model));
    case 'row':
      return overlay.is === 'list' ? rowPressed(model, overlay, place.key) : still(model);
    case 'do':
      if (overlay.is === 'share') return still(inviting(model, overlay));
      if (overlay.is === 'details') return inDetails(model, overlay, { type: 'text', text: place.letter });
      if (overlay.is !== 'list') return still(model);
      return done(model, overlay, ({ letter }) => letter === place.letter, place.letter);
    case 'part':
      return overlay.is === 'sanction' ? still({ ...model, overlay: { ...overlay, at: place.part } }) : still(model);
    case 'target':
      if (overlay.is !== 'sanction') return still(model);
      return still({ ...model, overlay: { ...overlay, at: 'who', chosen: place.index } });
    default:
      return still(model);
  }
}

/** The wheel moves what can be scrolled. */
export function overlayScrolled(model: Model, overlay: Overlay, rows: number): Step {
  if (overlay.is === 'list') return listScrolled(model, overlay, rows);
  if (overlay.is === 'details')
    return still({ ...model, overlay: { ...overlay, top: detailsTop(model, overlay, rows) } });
  if (overlay.is !== 'help') return still(model);
  return still({ ...model, overlay: { ...overlay, top: helpTop(model, overlay.top + rows) } });
}

function confirmed(model: Model, overlay: Overlay): Step {
  switch (overlay.is) {
    case 'sanction':
      return sanctionConfirmed(model, overlay);
    case 'change':
      return valueEntered(model, overlay);
    case 'ask':
      return send({ ...model, overlay: overlay.back }, overlay.command);
    case 'quit':
      return [closed(model), [{ type: 'quit', now: model.phase === 'closing' }]];
    case 'share':
      return act(closed(model), 'copy');
    case 'help':
    case 'details':
    case 'list':
      return still(closed(model));
    default:
      return overlay satisfies never;
  }
}

/** What a form has asked for, so that it goes out as it was written. */
const FORMED: ReadonlySet<Command['kind']> = new Set<Command['kind']>(['set', 'slow', 'visibility', 'moderator']);

/** The same row of the chat that reads a written command. */
function valueEntered(model: Model, overlay: ChangeForm): Step {
  const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(`${overlay.line} ${overlay.value.text.trim()}`) ?? [];
  const parsed = parseWords(name, rest, { room: null, person: null });
  if (parsed.is === 'command') {
    const { command } = parsed;
    if (FORMED.has(command.kind)) return send({ ...model, overlay: overlay.back }, command);
    return steer({ ...model, overlay: null }, command, overlay.back);
  }
  const fault =
    parsed.is === 'rejected'
      ? parsed.rejection
      : { code: 'usage', params: { usage: parsed.is === 'usage' ? `${name} ${parsed.form.args}` : name } };
  return still({ ...model, overlay: { ...overlay, fault: { tone: 'error', ...fault } } });
}

const MOVES: Partial<Record<Action, (page: number) => number>> = {
  up: () => -1,
  down: () => 1,
  'page-up': page => -page,
  'page-down': page => page,
  first: () => -Number.MAX_SAFE_INTEGER,
  last: () => Number.MAX_SAFE_INTEGER,
};

function inHelp(model: Model, overlay: Extract<Overlay, { is: 'help' }>, event: InputEvent): Step {
  if (event.type === 'text') return /^[?q]/.test(event.text) ? still(closed(model)) : still(model);
  if (event.type !== 'key') return still(model);
  const action = actionOfKey(event.key);
  if (action === 'help') return still(closed(model));
  const delta = action && MOVES[action]?.(helpPage(model));
  if (delta === undefined) return still(model);
  return still({ ...model, overlay: { ...overlay, top: helpTop(model, overlay.top + delta) } });
}

function inDetails(model: Model, overlay: Details, event: InputEvent): Step {
  if (event.type === 'text') return detailsLetter(model, overlay, event.text[0] ?? '');
  const action = event.type === 'key' ? actionOfKey(event.key) : undefined;
  const delta = action && MOVES[action]?.(detailsPage(model));
  if (delta === undefined) return still(model);
  return still({ ...model, overlay: { ...overlay, top: detailsTop(model, overlay, delta) } });
}

function detailsLetter(model: Model, overlay: Details, letter: string): Step {
  if (letter === 'i' || letter === 'q') return still(closed(model));
  const person = personOf(model, overlay);
  if (letter === 'u') {
    if (person?.banned) return steer(model, { kind: 'unban', who: whoOf(person.banned.of) }, overlay);
    const mute = person?.mutes[0];
    if (!mute) return still(model);
    const { account, room } = mute;
    return steer(model, { kind: 'unmute', target: { to: 'account', account }, room }, overlay);
  }
  const account = person?.account;
  if (account !== undefined && person && (letter === 'o' || letter === 'g')) {
    const given = letter === 'o' ? 'operator' : 'guest';
    const role = person.role === given ? 'member' : given;
    return steer(model, { kind: 'role', target: { to: 'account', account }, role }, overlay);
  }
  if (person && person.name !== '' && letter === 'f')
    return steer(model, { kind: 'release', name: person.name }, overlay);
  const form = ({ k: 'kick', b: 'ban', m: 'mute' } as const)[letter];
  const row = model.table.rows.find(each => each.account === (person?.account ?? overlay.whom));
  const whom = row ?? person;
  return form && whom ? still({ ...model, overlay: sanctionForm(form, whom, overlay) }) : still(model);
}

/** A link for so many people and hours. */
function inviting(model: Model, overlay: Overlay): Model {
  return { ...model, overlay: changeForm('invite-link', 'invite-link', '1 24', overlay) };
}

/** What lies below comes back. */
function closed(model: Model): Model {
  const { overlay } = model;
  return { ...model, overlay: overlay && 'back' in overlay ? overlay.back : null };
}
