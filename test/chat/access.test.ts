// Who may see which part of a room: what was open, what one was in for, and what neither gives.
import test from 'ava';
import fc from 'fast-check';
import { Access, ENDLESS } from '../../src/chat/access.ts';
import type { AccountId, ChatEvent, Position, Visibility } from '../../src/chat/vocabulary.ts';
import { PARTS_KEPT } from '../../src/limits.ts';

type Step =
  | { readonly kind: 'created' | 'message' }
  | { readonly kind: 'joined' | 'left'; readonly account: AccountId }
  | { readonly kind: 'visibility'; readonly visibility: Visibility };

const created: Step = { kind: 'created' };
const joined = (account: AccountId): Step => ({ kind: 'joined', account });
const left = (account: AccountId): Step => ({ kind: 'left', account });
const turned = (visibility: Visibility): Step => ({ kind: 'visibility', visibility });
const said: Step = { kind: 'message' };

/** The steps at positions 10, 20, 30 and so on. */
function access(...steps: readonly Step[]): Access {
  const made = new Access();
  for (const [n, step] of steps.entries()) made.apply(eventOf(step, (n + 1) * 10));
  return made;
}

function eventOf(step: Step, position: Position): ChatEvent {
  const head = { position, time: position, conversation: '#r', account: 'owner', from: 'owner', id: null };
  return { ...head, ...(step.kind === 'message' ? { body: { kind: 'text', text: 'x' } } : {}), ...step } as ChatEvent;
}

const reach = (made: Access, account: AccountId) =>
  made.reach('#r', account).map(({ from, to }) => (to === ENDLESS ? [from] : [from, to]));

test('a room that nobody made is open to be made, shows nothing, and is in no list', t => {
  const made = access();
  t.true(made.isOpen('#r'));
  t.true(made.mayFollow('#r', 'ann'));
  t.false(made.isListed('#r', 'ann'));
  t.is(made.visibility('#r'), null);
  t.deepEqual(reach(made, 'ann'), []);
});

test('what is said in a public room is open to all from its first moment, members or not', t => {
  const made = access(created, joined('ann'), said);
  for (const account of ['ann', 'bob']) {
    t.deepEqual(reach(made, account), [[10]]);
    t.true(made.mayFollow('#r', account));
    t.true(made.isListed('#r', account));
  }
  t.true(made.isMember('#r', 'ann'));
  t.false(made.isMember('#r', 'bob'));
});

// Red when a closed room's open time stays open to all, or a member's own time ends with it.
test('when a room closes, its members see all of it, and others nothing, not even what was open', t => {
  for (const visibility of ['invite', 'hidden'] as const) {
    const made = access(created, joined('ann'), said, turned(visibility), said);
    t.deepEqual(reach(made, 'ann'), [[10]]);
    t.deepEqual(reach(made, 'bob'), []);
    t.true(made.mayFollow('#r', 'ann'));
    t.false(made.mayFollow('#r', 'bob'));
    t.is(made.isListed('#r', 'bob'), visibility === 'invite');
    t.true(made.isListed('#r', 'ann'));
    t.is(made.visibility('#r'), visibility);
  }
});

test('who comes into a closed room sees what was open once and what is said from then on, and nothing between', t => {
  const made = access(created, said, turned('invite'), said, joined('bob'), said);
  t.deepEqual(reach(made, 'bob'), [[10, 30], [50]]);
});

// Red when `left` takes the membership away instead of ending it, or does not end it.
test('who leaves keeps what was said while they were in, to their own leaving, and gets no more', t => {
  const made = access(created, turned('hidden'), joined('ann'), said, left('ann'), said);
  t.deepEqual(reach(made, 'ann'), [[30, 50]]);
  t.false(made.mayFollow('#r', 'ann'));
  t.false(made.isListed('#r', 'ann'));
});

test('who leaves a closed room that was open before keeps their own time alone', t => {
  const made = access(created, said, joined('ann'), turned('invite'), said, left('ann'), said);
  t.deepEqual(reach(made, 'ann'), [[30, 60]]);
});

test('who comes again sees both of their times, and not what lies between', t => {
  const made = access(created, turned('hidden'), joined('ann'), left('ann'), said, joined('ann'), said);
  t.deepEqual(reach(made, 'ann'), [[10, 20], [30, 40], [60]]);
  t.true(made.mayFollow('#r', 'ann'));
});

test('a room that opens again is open from then on; what was said behind closed doors stays there', t => {
  const made = access(created, turned('hidden'), joined('ann'), said, turned('invite'), turned('public'), said);
  t.deepEqual(reach(made, 'bob'), [[10, 20], [60]]);
  t.deepEqual(reach(made, 'ann'), [[10, 20], [30]]);
});

test('parts that touch or overlap are one part', t => {
  const made = access(created, joined('ann'), turned('hidden'), left('ann'), turned('public'), joined('ann'));
  t.deepEqual(reach(made, 'ann'), [[10, 40], [50]]);
  const other = access(created, joined('ann'), turned('hidden'), turned('public'), left('ann'));
  t.deepEqual(reach(other, 'ann'), [[10]]);
});

test('what does not fit changes nothing: coming twice, leaving without being there, turning what is so already', t => {
  const plain = access(created, joined('ann'));
  t.deepEqual(reach(access(created, joined('ann'), joined('ann')), 'ann'), reach(plain, 'ann'));
  t.deepEqual(reach(access(created, turned('public'), left('bob')), 'bob'), [[10]]);
  t.deepEqual(reach(access(joined('ann'), left('ann'), turned('hidden')), 'ann'), []);
  const closed = access(created, turned('hidden'), turned('hidden'), turned('public'));
  t.deepEqual(reach(closed, 'bob'), [[10, 20], [40]]);
});

test('a log that is read again from its beginning gives the same', t => {
  const steps = [created, joined('ann'), turned('hidden'), said, left('ann')];
  const made = access(...steps);
  const before = reach(made, 'ann');
  made.clear();
  t.deepEqual(reach(made, 'ann'), []);
  for (const [n, step] of steps.entries()) made.apply(eventOf(step, (n + 1) * 10));
  t.deepEqual(reach(made, 'ann'), before);
});

// Red when parts are kept without end: one person could make every look at a room cost as much as they like.
test('of very many comings and goings the newest are told apart; who is in a room stays so', t => {
  const turns = Array.from({ length: PARTS_KEPT + 5 }, () => [joined('ann'), said, left('ann'), said]).flat();
  const closed = access(created, turned('hidden'), ...turns, joined('ann'), said);
  const parts = reach(closed, 'ann');
  t.deepEqual(parts.length, PARTS_KEPT + 1, 'and the time when it was open');
  t.deepEqual(parts.at(-1), [(turns.length + 3) * 10]);
  t.true(closed.isMember('#r', 'ann'));
  t.deepEqual([...closed.roomsOf('ann')], ['#r']);
  const doors = Array.from({ length: PARTS_KEPT + 5 }, () => [turned('hidden'), turned('public')]).flat();
  t.is(reach(access(created, ...doors), 'bob').length, PARTS_KEPT);
  t.true(access(created, ...doors).isOpen('#r'));
});

test('where somebody left is known until they are back', t => {
  const steps = [created, joined('ann'), said, left('ann'), said];
  t.is(access(...steps).leftAt('#r', 'ann'), 40);
  t.is(access(...steps, joined('ann')).leftAt('#r', 'ann'), null);
  t.is(access(...steps, joined('ann'), left('ann')).leftAt('#r', 'ann'), 70);
  t.is(access(...steps).leftAt('#r', 'bob'), null);
  t.is(access(...steps).leftAt('#none', 'ann'), null);
  t.deepEqual([...access(...steps).roomsOf('ann')], []);
});

// Red when the end of a part is left out of it, when a part is not closed, or when who may not come in sees what was open.
test('whatever happens to a room, the parts are what a plain look at each position gives', t => {
  const people = ['ann', 'bob', 'cat'];
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.constant<Step>(said) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('joined' as const, 'left' as const),
        account: fc.constantFrom(...people),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('visibility' as const),
        visibility: fc.constantFrom<Visibility>('public', 'invite', 'hidden'),
      }),
    },
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), later => {
        const steps = [created, ...later];
        const made = access(...steps);
        for (const account of people) {
          const parts = made.reach('#r', account);
          for (let n = 0; n < steps.length; n++) {
            const position = (n + 1) * 10;
            const seen = parts.some(({ from, to }) => from <= position && position <= to);
            if (seen !== plainlySeen(steps, n, account)) return false;
          }
          const apart = parts.every((part, n) => n === 0 || part.from > (parts[n - 1]?.to ?? 0));
          if (!apart) return false;
        }
        return true;
      }),
      { numRuns: 2_000 },
    ),
  );
});

/** Whether an account may read step `n` once all have happened. */
function plainlySeen(steps: readonly Step[], n: number, account: AccountId): boolean {
  const open = (upTo: number) => visibilityAfter(steps.slice(0, upTo)) === 'public';
  const inside = (upTo: number) => isIn(steps.slice(0, upTo), account);
  // What ends something is still part of it, and what begins something is too.
  if (inside(n) || inside(n + 1)) return true;
  return (open(n) || open(n + 1)) && (open(steps.length) || inside(steps.length));
}

function visibilityAfter(steps: readonly Step[]): Visibility | null {
  let visibility: Visibility | null = null;
  for (const step of steps) {
    if (step.kind === 'created') visibility = 'public';
    if (step.kind === 'visibility') visibility = step.visibility;
  }
  return visibility;
}

function isIn(steps: readonly Step[], account: AccountId): boolean {
  const last = steps.findLast(step => (step.kind === 'joined' || step.kind === 'left') && step.account === account);
  return last?.kind === 'joined';
}
