// The form of a kick, a ban or a mute: whom, for how long, why. It stands for the question: nothing goes out without it.
import { validNetwork } from '../../chat/network.ts';
import { formatSpan, parseSpan } from '../../chat/span.ts';
import type { AccountId, BanWho, Command, Target } from '../../chat/vocabulary.ts';
import { REASON_LENGTH } from '../../limits.ts';
import { newLine } from './line.ts';
import type { Model, Overlay, SanctionForm, SanctionPart, SanctionTarget } from './model.ts';
import { nameOf } from './send.ts';

type Act = SanctionForm['act'];
/** For how long, unless something else is written. */
const LASTS: { readonly [A in Act]: string } = { kick: '', ban: '1h', mute: '10m' };

/** Somebody with what is known of them. */
export interface Somebody {
  readonly account: AccountId | null;
  readonly name: string;
  readonly address?: string;
}

/** The form about somebody. */
export function sanctionForm(act: Act, somebody: Somebody, back: Overlay | null): SanctionForm {
  return formOf(act, targetsOf(act, somebody), { back });
}

/** A sanction that was written, as its form; null: another command. */
export function sanctionOf(command: Command, model: Model, back: Overlay | null): SanctionForm | null {
  switch (command.kind) {
    case 'kick': {
      const somebody = somebodyOf(command.target, model);
      return formOf('kick', targetsOf('kick', somebody), { back, reason: command.reason });
    }
    case 'mute': {
      const { lasts, reason, room } = command;
      const targets = targetsOf('mute', somebodyOf(command.target, model));
      return formOf('mute', targets, { back, reason, room, lasts: lasts === null ? '' : formatSpan(lasts) });
    }
    case 'ban': {
      const { who, lasts, reason } = command;
      const targets = banned(who, model);
      return formOf('ban', targets, { back, reason, lasts: lasts === null ? '' : formatSpan(lasts) });
    }
    default:
      return null;
  }
}

interface Written {
  readonly back: Overlay | null;
  readonly reason?: string;
  readonly lasts?: string;
  readonly room?: string | null;
}

function formOf(act: Act, targets: SanctionForm['targets'], written: Written): SanctionForm {
  const { back, reason = '', lasts = LASTS[act], room = null } = written;
  const parts = { lasts: newLine(lasts), reason: newLine(reason) };
  return { is: 'sanction', act, targets, chosen: 0, room, ...parts, at: 'reason', fault: null, back };
}

function somebodyOf(target: Target, model: Model): Somebody {
  const name = nameOf(target, model);
  const row = model.table.rows.find(each => each.name.toLowerCase() === name.toLowerCase());
  const account = target.to === 'account' ? target.account : null;
  return { account, name: row?.name ?? name, ...(row ? { address: row.address } : {}) };
}

/** A kick and a mute are about somebody; a ban also about their name, or where they come from. */
function targetsOf(act: Act, { account, name, address = '' }: Somebody): SanctionForm['targets'] {
  const own: SanctionTarget = { by: 'account', account, name };
  if (act !== 'ban') return [own];
  const network = validNetwork(address);
  return [own, { by: 'name', name }, ...(network ? [{ by: 'network', network } as const] : [])];
}

function banned(who: BanWho, model: Model): SanctionForm['targets'] {
  if (who.by === 'account') return targetsOf('ban', somebodyOf(who.target, model));
  return [who];
}

/** The parts that a form has, in the order of the screen. */
export function partsOf({ act, targets }: SanctionForm): readonly SanctionPart[] {
  if (act === 'kick') return ['reason'];
  return [...(targets.length > 1 ? (['who'] as const) : []), 'lasts', 'reason'];
}

export function targetOf({ targets, chosen }: SanctionForm): SanctionTarget {
  return targets[chosen] ?? targets[0];
}

/** What the form says, as a command; null where its length of time is none. */
export function commandOf(form: SanctionForm): Command | null {
  const target = targetOf(form);
  const reason = [...form.reason.text.trim()].slice(0, REASON_LENGTH).join('');
  const span = form.lasts.text.trim();
  const lasts = span === '' ? null : parseSpan(span);
  if (span !== '' && lasts === null) return null;
  if (form.act === 'ban') {
    const who: BanWho = target.by === 'account' ? { by: 'account', target: named(target) } : target;
    return { kind: 'ban', who, lasts, reason };
  }
  if (target.by !== 'account') return null;
  if (form.act === 'kick') return { kind: 'kick', target: named(target), reason };
  return { kind: 'mute', target: named(target), room: form.room, lasts, reason };
}

function named({ account, name }: SanctionTarget & { readonly by: 'account' }): Target {
  return account === null ? { to: 'name', name } : { to: 'account', account };
}
