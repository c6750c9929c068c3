// invite-link, invites and uninvite: how an operator lets somebody new into a server that is closed to strangers.
import { INVITE_HOURS, INVITE_USES, INVITES_LISTED, NOTE_LENGTH } from '../../limits.ts';
import { isUsable } from '../entry.ts';
import { cleanShort } from '../text.ts';
import { type InviteId, LEDGER, type Note, reject } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, refused, USAGE, written } from './row.ts';

const HOUR = 3_600_000;
/** Hours of an invite when none are given: a week. */
const HOURS = 7 * 24;

export const makeInvite: CommandRow<'make-invite'> = {
  needs: 'operator',
  lines: [
    {
      name: 'invite-link',
      aliases: [],
      args: '[USES] [HOURS] [NOTE]',
      help: 'help.invite-link',
      parse: rest => {
        const [, uses = '1', hours = String(HOURS), note = ''] =
          /^\s*(\d+(?=\s|$))?\s*(\d+(?=\s|$))?\s*([\s\S]*)$/.exec(rest) ?? [];
        if (!isWithin(Number(uses), INVITE_USES)) return refused('invite-limit', { value: uses, limit: INVITE_USES });
        if (!isWithin(Number(hours), INVITE_HOURS)) {
          return refused('invite-limit', { value: hours, limit: INVITE_HOURS });
        }
        const kind = 'make-invite';
        return written({ kind, uses: Number(uses), hours: Number(hours), note: cleanShort(note, NOTE_LENGTH) });
      },
    },
  ],
  decide: (command, deciding) => {
    const { uses, hours } = command;
    if (!isWithin(uses, INVITE_USES)) return reject('invite-limit', { value: uses, limit: INVITE_USES });
    if (!isWithin(hours, INVITE_HOURS)) return reject('invite-limit', { value: hours, limit: INVITE_HOURS });
    // Random as the end of a command's id is; of two that chose the same one the second has to choose again.
    const invite: InviteId = deciding.id.slice(-12);
    if (deciding.state.entry.invites.has(invite)) return reject('invite-unknown', { invite });
    const expires = deciding.now + hours * HOUR;
    const note = cleanShort(command.note, NOTE_LENGTH);
    const events = [draft(deciding, LEDGER, { kind: 'invite-made', invite, expires, uses, note }, true)];
    const params = { invite, uses, hours, token: deciding.inviteToken(invite) };
    return { ok: true, events, notes: [{ code: 'answer.invite', params }] };
  },
};

export const listInvites: CommandRow<'list-invites'> = {
  needs: 'operator',
  lines: [
    {
      name: 'invites',
      aliases: [],
      args: '',
      help: 'help.invites',
      parse: () => written({ kind: 'list-invites' }),
    },
  ],
  decide: (_command, { state, now }) => {
    const usable = [...state.entry.invites.values()].filter(invite => isUsable(invite, now));
    const notes: Note[] = usable.slice(-INVITES_LISTED).map(({ id, uses, used, expires, note, by }) => ({
      code: 'answer.invites',
      params: { invite: id, left: uses - used, uses, hours: Math.ceil((expires - now) / HOUR), note, name: by },
    }));
    return { ok: true, events: [], notes: notes.length > 0 ? notes : [{ code: 'answer.no-invites', params: {} }] };
  },
};

export const revokeInvite: CommandRow<'revoke-invite'> = {
  needs: 'operator',
  lines: [
    {
      name: 'uninvite',
      aliases: [],
      args: 'INVITE',
      help: 'help.uninvite',
      parse: rest => {
        const [invite] = firstWord(rest);
        if (invite === '') return USAGE;
        return written({ kind: 'revoke-invite', invite: cleanShort(invite, 12).toLowerCase() });
      },
    },
  ],
  decide: ({ invite }, deciding) => {
    const known = deciding.state.entry.invites.get(invite);
    if (!known || !isUsable(known, deciding.now)) return reject('invite-unknown', { invite });
    return { ok: true, events: [draft(deciding, LEDGER, { kind: 'invite-revoked', invite }, true)] };
  },
};

function isWithin(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most;
}
