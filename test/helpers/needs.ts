// What each command needs, and any commands of each kind.
import fc from 'fast-check';
import type { Command, CommandKind, Needs } from '../../src/chat/vocabulary.ts';
import { commands } from './arbitraries.ts';

/** What each row needs, written down once more: the manual’s table. */
export const TABLE: Record<CommandKind, Needs> = {
  ...{ join: 'guest', leave: 'guest' },
  ...{ offer: 'member', receive: 'guest', decline: 'guest', withdraw: 'guest' },
  ...{ post: 'member', edit: 'member', delete: 'member', react: 'member', topic: 'member', rename: 'member' },
  ...{ invite: 'member', visibility: 'member' },
  ...{ mute: 'moderator', unmute: 'moderator', slow: 'moderator', 'announce-only': 'moderator', lock: 'moderator' },
  moderator: 'room-owner',
  ...{
    broadcast: 'operator',
    kick: 'operator',
    ban: 'operator',
    unban: 'operator',
    door: 'operator',
    motd: 'operator',
  },
  ...{ set: 'operator', limit: 'operator', release: 'operator', exempt: 'operator', role: 'operator' },
  ...{ 'make-invite': 'operator', 'list-invites': 'operator', 'revoke-invite': 'operator' },
  ...{ retain: 'operator', 'confirm-clock': 'operator', 'stop-file': 'operator' },
  ...{ offer: 'member', receive: 'guest', decline: 'guest', withdraw: 'guest' },
};

export const REFUSALS: Record<Needs, string> = {
  ...{ guest: 'not-allowed', member: 'not-allowed', operator: 'not-allowed', owner: 'not-allowed' },
  ...{ moderator: 'not-moderator', 'room-owner': 'not-room-owner' },
};

/** The same for the same number. */
export function drawnByKind(many: number): ReadonlyMap<CommandKind, readonly Command[]> {
  const drawn = new Map<CommandKind, Command[]>();
  for (const command of fc.sample(commands, { numRuns: many, seed: 1 })) {
    drawn.set(command.kind, [...(drawn.get(command.kind) ?? []), command]);
  }
  return drawn;
}
