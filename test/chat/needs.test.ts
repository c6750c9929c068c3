// Who may do what: every row of the table by every role, generated from the table (the rows of chat/decide).
// Seen red: a row's `needs` lowered by one; the look at the role left out of decide.
import test from 'ava';
import { COMMANDS, decide } from '../../src/chat/decide.ts';
import { apply, emptyState } from '../../src/chat/state.ts';
import {
  type Command,
  type CommandKind,
  type Draft,
  type EventDetail,
  LEDGER,
  type Needs,
  ROLES,
  type Role,
} from '../../src/chat/vocabulary.ts';
import { drawnByKind, REFUSALS, TABLE } from '../helpers/needs.ts';

/** A person of a role, who owns or moderates no room. */
function refusalOf(role: Role, command: Command): string | null {
  const state = emptyState();
  const event = (detail: EventDetail, account: string): Draft => ({
    ...{ time: 1, conversation: LEDGER, account, from: account, id: null },
    ...detail,
  });
  apply(state, event({ kind: 'claimed', name: 'actor', key: new Uint8Array(32) }, 'actor'));
  const decision = decide(command, {
    ...{ state, actor: { account: 'actor', name: 'actor', role }, now: 2, id: '', talkOf: () => '~', exempt: [] },
    ...{ inviteToken: () => '', message: () => null, mayWait: () => true, within: () => [] },
    ...{ maySee: () => true, inSpool: () => false },
  });
  return decision.ok ? null : decision.rejection.code;
}

test('every row needs what the table says', t => {
  t.deepEqual(Object.fromEntries(Object.entries(COMMANDS).map(([kind, row]) => [kind, row.needs])), TABLE);
});

const drawn = drawnByKind(4_000);

for (const [kind, needs] of Object.entries(TABLE) as [CommandKind, Needs][]) {
  const least = needs === 'moderator' || needs === 'room-owner' ? 'operator' : needs;
  test(`${kind}: whoever is less than ${needs} gets a refusal, and nobody else for that`, t => {
    const some = drawn.get(kind) ?? [];
    t.true(some.length > 10);
    for (const role of ROLES) {
      const may = ROLES.indexOf(role) >= ROLES.indexOf(least);
      for (const command of some) {
        const refusal = refusalOf(role, command);
        const above = kind === 'role' && refusal === 'not-allowed' && role === 'operator';
        if (!above) t.is(refusal === REFUSALS[needs], !may && true, `${kind} by ${role}`);
      }
    }
  });
}
