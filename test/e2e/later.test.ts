// What comes later to what was said: edits, answers, reactions, deliveries, reads; and finding it again.
import test, { type ExecutionContext } from 'ava';
import { joined, rowOf, say, serverFor } from '../helpers/people.ts';
import { runTchat, temporaryHome } from '../helpers/program.ts';

/** A home for one person in front of several screens. */
function homeFor(t: ExecutionContext) {
  const home = temporaryHome();
  t.teardown(() => home.remove());
  return home;
}

test('a line to somebody is on the server ✓, and delivered ✓✓ once their client has written it down', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const { home } = homeFor(t);
  const bob = await joined(t, server, 'bob', { home });
  await alice.waitFor(/● bob/);
  say(bob, '/quit');
  t.is((await bob.exited).code, 0);
  await alice.waitFor(/○ bob/);
  say(alice, '/msg @bob are you there?');
  await alice.waitFor(/are you there\? +✓ /);
  t.notRegex(rowOf(alice, 'are you there?'), /✓✓/);
  const again = await joined(t, server, 'bob', { home });
  await alice.waitFor(/are you there\? +✓✓/);
  await again.waitFor(/alice\s+1/);
  t.pass();
});

test('edit, reply, react and delete are seen by the other one, and as they stand by who comes later', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  say(alice, 'the meeting is at nine');
  await bob.waitFor('the meeting is at nine');
  await alice.waitFor(/at nine +✓/);
  alice.press('Alt-M');
  alice.type('e');
  await alice.waitFor(/✎ the meeting is at nine/);
  alice.press('Ctrl-W');
  alice.type('ten');
  alice.press('Enter');
  await bob.waitFor('the meeting is at ten (edited)');
  bob.press('Alt-M');
  bob.type('r');
  await bob.waitFor(/↳ alice: the meeting is at ten/);
  say(bob, 'too early');
  await alice.waitFor(/↳ {2}alice {2}the meeting is at ten/);
  await alice.waitFor(/bob +too early/);
  bob.press('Alt-M', 'Up');
  bob.type('+');
  await bob.waitFor(/React/);
  bob.press('Enter');
  await alice.waitFor(/👍 1/);
  say(bob, 'a slip');
  await alice.waitFor('a slip');
  await bob.waitFor(/a slip +✓/);
  bob.press('Alt-M');
  bob.type('d');
  await bob.waitFor(/Take it back\? a slip/);
  bob.type('y');
  await alice.waitFor(/deleted/);
  t.false(alice.screen().some(row => row.includes('a slip')));
  const carol = await joined(t, server, 'carol');
  await carol.waitFor('the meeting is at ten (edited)');
  await carol.waitFor(/👍 1[\s\S]*↳ {2}alice[\s\S]*too early[\s\S]*deleted/);
  t.pass();
});

test('a search finds it in its place, far back, and Esc leads back', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  say(alice, '/join #dev');
  await alice.waitFor(/# dev\s+.*1 member/);
  say(alice, 'the needle is 针 here');
  await alice.waitFor(/针 here +✓/);
  alice.paste(Array.from({ length: 60 }, (_, n) => `straw ${n}`).join('\n'));
  alice.press('Enter');
  await alice.waitFor(/straw 59 +✓/);
  const bob = await joined(t, server, 'bob');
  say(bob, '/join #dev');
  await bob.waitFor(/straw 59/);
  bob.press('Alt-1');
  await bob.waitFor(/# lobby\s+.*member/);
  say(bob, '/search 针');
  await bob.waitFor(/# dev.*alice.*the needle is 针 here/);
  bob.press('Enter');
  await bob.waitFor(/alice +the needle is 针 here/);
  await bob.waitFor(/# dev {3}[\s\S]*the needle is 针 here[\s\S]*straw 3/);
  bob.press('Esc');
  await bob.waitFor(/# lobby {3}\d/);
  bob.press('Alt-S');
  bob.type(' needl from:alice in:#dev');
  await bob.waitFor(/the needle is 针 here/);
  bob.press('Esc');
  t.pass();
});

test('what is read on one screen of a person is read on the other', async t => {
  const server = await serverFor(t);
  const bob = await joined(t, server, 'bob');
  const { home } = homeFor(t);
  const alice = await joined(t, server, 'alice', { home });
  say(alice, '/join #dev');
  await alice.waitFor(/# dev\s+.*1 member/);
  say(bob, '/join #dev');
  await bob.waitFor(/# dev\s+.*2 members/);
  const second = await joined(t, server, 'alice', { home });
  second.press('Alt-1');
  await second.waitFor(/# lobby {3}\d/);
  alice.press('Alt-1');
  await alice.waitFor(/# lobby {3}\d/);
  say(bob, 'news');
  for (const each of [alice, second]) await each.waitFor(/dev +1 /);
  alice.press('Alt-A');
  await alice.waitFor(/bob +news/);
  await second.waitFor(screen => !screen.some(row => /dev +1 /.test(row)));
  t.pass();
});

test('a room by invitation: nobody else comes in, whoever is invited does by Enter on the line', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  await alice.waitFor(/● bob/);
  say(alice, '/join #board');
  await alice.waitFor(/# board\s+.*1 member/);
  say(alice, '/visibility hidden');
  await alice.waitFor(/⊘ board\s+hidden · 1 member/);
  say(bob, '/join #board');
  await bob.waitFor(/invit|no room|belongs|open to members/i);
  say(alice, '/invite @bob');
  await bob.waitFor(/alice invited you to #board/);
  bob.press('Alt-A');
  await bob.waitFor(/Enter on this line/);
  bob.press('Alt-M', 'Enter');
  await bob.waitFor(/⊘ board\s+hidden · 2 members/);
  t.pass();
});

test('away is seen by others, with its words, and ends with /back', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  await alice.waitFor(/● bob/);
  say(bob, '/away lunch');
  await alice.waitFor(/◐ bob +lunch/);
  say(bob, '/back');
  await alice.waitFor(/● bob/);
  t.pass();
});

test('a hit far back is shown with what stands around it; new lines wait, one scrolls down, and Alt-End is now', async t => {
  const server = await serverFor(t);
  const lines = Array.from({ length: 1_000 }, (_, n) => `line ${n} of the log`).join('\n');
  const send = ['send', server.address, '--name', 'ci', '--to', '#log'];
  const { home: away } = homeFor(t);
  t.is((await runTchat([...send, '-'], { input: lines, home: away })).code, 0);
  const { home } = homeFor(t);
  const alice = await joined(t, server, 'alice', { home });
  say(alice, '/join #log');
  await alice.waitFor(/line 999 of the log/);
  say(alice, '/search "line 123"');
  await alice.waitFor(/# log +[\d:]+ +ci {2}line 123 of the log/);
  alice.press('Enter');
  await alice.waitFor(/line 120 of[\s\S]*line 123 of[\s\S]*line 126 of/);
  await alice.waitFor(/Alt-End newest/);
  t.is((await runTchat([...send, 'and now this'], { home: away })).code, 0);
  await alice.waitFor(/1 unread/);
  alice.press('PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageDown');
  await alice.waitFor(/line 2[2-6]\d of the log/);
  alice.press('Alt-End');
  await alice.waitFor(/line 999 of the log[\s\S]*and now this/);
  say(alice, '/date yesterday');
  await alice.waitFor(/ci +line 0 of the log|line 1 of the log/);
  alice.press('Esc');
  await alice.waitFor(/and now this/);
  await server.stop();
  await alice.waitFor(/waiting for the server/);
  say(alice, '/search "line 995"');
  await alice.waitFor(/ci {2}line 995 of the log/);
  alice.press('Enter');
  await alice.waitFor(/line 993 of[\s\S]*line 995 of/);
  t.pass();
});
