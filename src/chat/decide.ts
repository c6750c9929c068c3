// The one place where a command becomes events or a refusal. Pure: the clock, the id and hashes come as arguments.
import { edit, react, remove } from './commands/change.ts';
import { invite, visibility } from './commands/doors.ts';
import { door, motd, set } from './commands/house.ts';
import { confirmClock, retain } from './commands/keep.ts';
import { broadcast, kick, limit } from './commands/operate.ts';
import { post } from './commands/post.ts';
import { join, leave, topic } from './commands/rooms.ts';
import type { CommandRow, Deciding } from './commands/row.ts';
import { announceOnly, lock, moderator, slow } from './commands/rules.ts';
import { ban, mute, unban, unmute } from './commands/sanctions.ts';
import { type Command, type CommandKind, type Decision, ROLES, reject } from './vocabulary.ts';

/** All commands, in the order of help. */
export const COMMANDS: { readonly [K in CommandKind]: CommandRow<K> } = {
  post,
  edit,
  delete: remove,
  react,
  join,
  leave,
  topic,
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
  retain,
  'confirm-clock': confirmClock,
};

/** Decides one command. The events are not yet in the state: the caller applies them in the same turn. */
export function decide<K extends CommandKind>(command: Command & { kind: K }, deciding: Deciding): Decision {
  const row = COMMANDS[command.kind] as CommandRow<K>;
  if (ROLES.indexOf(deciding.actor.role) < ROLES.indexOf(row.needs)) return reject('not-allowed', { needs: row.needs });
  return row.decide(command as Extract<Command, { kind: K }>, deciding);
}
