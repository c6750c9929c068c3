// The audit trail holds what operators do, wherever they did it: in their client, on a dashboard, at the console.
import test from 'ava';
import type { ChatEvent, Command, CommandKind, EventKind } from '../../src/chat/vocabulary.ts';
import { accountOf } from '../../src/identity/keys.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import { newProfile, openClient, openServer } from '../helpers/clients.ts';
import { OperatorScreen } from '../helpers/operator.ts';

const bob = { to: 'name', name: 'bob' } as const;
const who = { by: 'account', target: bob } as const;
const room = '#den';
const lasting = { lasts: null, reason: 'why' };

/** What everybody may do about their own things: no acts. */
type Own =
  | ('post' | 'edit' | 'react' | 'join' | 'leave' | 'topic' | 'rename' | 'invite')
  | ('offer' | 'receive' | 'decline' | 'withdraw');

/** All others, in an order in which each is possible; and the kind of act that it is. Null: it changes nothing. */
const ROWS: Record<Exclude<CommandKind, Own>, readonly [Command, EventKind | null]> = {
  'stop-file': [{ kind: 'stop-file', about: { account: '', id: '' } }, 'withdrawn'],
  broadcast: [{ kind: 'broadcast', text: 'hear' }, 'broadcast'],
  visibility: [{ kind: 'visibility', room, visibility: 'invite' }, 'visibility'],
  delete: [{ kind: 'delete', about: { account: '', id: '' } }, 'deleted'],
  slow: [{ kind: 'slow', room, seconds: 5 }, 'ruled'],
  'announce-only': [{ kind: 'announce-only', room, on: true }, 'ruled'],
  lock: [{ kind: 'lock', room, on: true }, 'ruled'],
  moderator: [{ kind: 'moderator', room, target: bob, on: true }, 'ruled'],
  mute: [{ kind: 'mute', target: bob, room: null, ...lasting }, 'muted'],
  unmute: [{ kind: 'unmute', target: bob, room: null }, 'unmuted'],
  kick: [{ kind: 'kick', target: bob, reason: 'why' }, 'kicked'],
  ban: [{ kind: 'ban', who, ...lasting }, 'banned'],
  unban: [{ kind: 'unban', who }, 'unbanned'],
  role: [{ kind: 'role', target: bob, role: 'guest' }, 'role'],
  door: [{ kind: 'door', door: 'closed', reason: '' }, 'door'],
  motd: [{ kind: 'motd', text: 'Be kind.' }, 'motd'],
  set: [{ kind: 'set', name: 'members-per-room', value: 9 }, 'set'],
  limit: [{ kind: 'limit', connections: 99 }, 'limited'],
  'make-invite': [{ kind: 'make-invite', uses: 1, hours: 1, note: '' }, 'invite-made'],
  'list-invites': [{ kind: 'list-invites' }, null],
  'revoke-invite': [{ kind: 'revoke-invite', invite: '' }, 'invite-revoked'],
  exempt: [{ kind: 'exempt', network: '10.0.0.0/8', on: true }, 'exempted'],
  release: [{ kind: 'release', name: 'bob' }, 'released'],
  retain: [{ kind: 'retain', room: null, keep: { days: 90, bytes: null } }, 'retained'],
  'confirm-clock': [{ kind: 'confirm-clock' }, 'clock-confirmed'],
};

/** The event of each act. */
async function actsOf(admin: AdminSession): Promise<readonly ChatEvent[]> {
  const { acts } = await admin.ask({ kind: 'audit', before: null, limit: 200, whom: null });
  return acts.map(({ event }) => event);
}

/** Their kinds and who did them, by each of the ways; on a server of its own. */
for (const way of ['client', 'dashboard elsewhere', 'console'] as const) {
  // Red when a kind is taken out of the trail’s list.
  test(`every act of an operator is in the audit trail: by the ${way}`, async t => {
    const server = await openServer(t);
    const { port } = server.facts;
    const admin = server.admin(() => {}, false);
    const owner = await openClient(t, 'bob', { port });
    await owner.join(room);
    const said = { account: accountOf(owner.profile.key.public), id: (await owner.says(room, 'words')).id };
    const profile = newProfile('alice');
    const alice = await openClient(t, profile, { port });
    await alice.join(room);
    await admin.command({ kind: 'role', target: { to: 'name', name: 'alice' }, role: 'operator' });
    await alice.message('role');
    const screen = await OperatorScreen.open(t, profile, port);
    screen.attach({ log: false });
    const account = way === 'console' ? '*' : accountOf(profile.key.public);
    let invite = '';
    // What is stopped: an offer of somebody’s to the room.
    const file = { name: 'a', folder: false, files: 1, modified: null, executable: false };
    const offer = { kind: 'offer', target: { to: 'room', room }, size: 1, body: { kind: 'file', file } } as const;
    const { id } = await owner.does(offer);
    const about = { account: accountOf(owner.profile.key.public), id };
    for (const [kind, [row, act]] of Object.entries(ROWS)) {
      const command =
        row.kind === 'revoke-invite'
          ? { ...row, invite }
          : row.kind === 'delete'
            ? { ...row, about: said }
            : row.kind === 'stop-file'
              ? { ...row, about }
              : row;
      const before = (await actsOf(admin)).length;
      if (way === 'client') await alice.does(command);
      else {
        const result = await (way === 'console' ? admin : screen).command(command);
        t.like(result, { ok: true }, kind);
      }
      const acts = await actsOf(admin);
      const last = acts.at(-1);
      t.is(acts.length, before + (act === null ? 0 : 1), kind);
      if (act !== null) t.like(last, { kind: act, account }, kind);
      if (last?.kind === 'invite-made') ({ invite } = last);
    }
    // The screen elsewhere shows the same trail.
    const all = await admin.ask({ kind: 'audit', before: null, limit: 200, whom: null });
    t.deepEqual(JSON.stringify(await screen.ask('audit', { limit: 200 })), JSON.stringify(all));
  });
}
