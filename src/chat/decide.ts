// The one place where a command becomes events or a refusal. Pure: the clock, the id and hashes come as arguments.
import { edit, react, remove } from './commands/change.ts';
import { invite, visibility } from './commands/doors.ts';
import { door, motd, set } from './commands/house.ts';
import { listInvites, makeInvite, revokeInvite } from './commands/invites.ts';
import { confirmClock, retain } from './commands/keep.ts';
import { release, rename } from './commands/names.ts';
import { decline, offer, receive, stopFile, withdraw } from './commands/offers.ts';
import { broadcast, kick, limit } from './commands/operate.ts';
import { post } from './commands/post.ts';
import { exempt, role } from './commands/roles.ts';
import { join, leave, topic } from './commands/rooms.ts';
import type { CommandRow, Deciding } from './commands/row.ts';
import { announceOnly, lacks, lock, moderator, slow } from './commands/rules.ts';
import { ban, mute, unban, unmute } from './commands/sanctions.ts';
import type { Command, CommandKind, Decision } from './vocabulary.ts';

/** All commands, in the order of help. */
export const COMMANDS: { readonly [K in CommandKind]: CommandRow<K> } = {
  post,
  edit,
  delete: remove,
  react,
  offer,
  receive,
  decline,
  withdraw,
  join,
  leave,
  topic,
  rename,
  invite,
  visibility,
  mute,
  unmute,
  slow,
  'announce-only': announceOnly,
  lock,
  moderator,
  broadcast,
  kick,
  ban,
  unban,
  door,
  motd,
  set,
  limit,
  'make-invite': makeInvite,
  'list-invites': listInvites,
  'revoke-invite': revokeInvite,
  release,
  'stop-file': stopFile,
  exempt,
  role,
  retain,
  'confirm-clock': confirmClock,
};

/** Decides one command. The events are not yet in the state: the caller applies them in the same turn. */
export function decide<K extends CommandKind>(command: Command & { kind: K }, deciding: Deciding): Decision {
  const row = COMMANDS[command.kind] as CommandRow<K>;
  return lacks(row.needs, command, deciding) ?? row.decide(command as Extract<Command, { kind: K }>, deciding);
}
