// The main job, as people do it: three screens, rooms, private talk, switching.
import test from 'ava';
import { joined, rowOf, say, serverFor } from '../helpers/people.ts';
import { UNTOUCHED } from '../helpers/pty.ts';

test('three people talk in the lobby, one of them in Chinese, and all see the same lines', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  const lilei = await joined(t, server, '李雷');
  say(alice, 'good morning');
  await bob.waitFor(/alice\s+good morning/);
  say(lilei, '早上好！中文、emoji 🎉 都对齐了');
  for (const each of [alice, bob, lilei]) await each.waitFor(/李雷\s+早上好！中文、emoji 🎉 都对齐了/);
  say(bob, 'e\u0301 한국어 日本語');
  for (const each of [alice, lilei]) await each.waitFor('한국어 日本語');
  t.regex(rowOf(alice, 'good morning'), /✓/);
});

test('a room is made, given a topic, joined and left; its talk stays in it', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  say(alice, '/join #dev');
  await alice.waitFor(/# dev\s+.*1 member/);
  say(alice, '/topic build and release');
  await alice.waitFor(/# dev\s+build and release/);
  say(alice, 'only for dev');
  await alice.waitFor(/only for dev.*✓/);
  t.false(bob.screen().some(row => row.includes('only for dev')));
  say(bob, '/join dev');
  await bob.waitFor(/# dev\s+build and release/);
  await bob.waitFor('only for dev');
  await alice.waitFor(/bob joined/);
  say(bob, '/me waves');
  await alice.waitFor(/\*.*bob.*waves|bob.*waves/);
  say(bob, '/leave');
  await alice.waitFor(/bob left/);
  await bob.waitFor(/# lobby/);
});

test('private talk is between two, is counted as unread, and opens with a key', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  const carol = await joined(t, server, 'carol');
  await alice.waitFor(screen => screen.some(row => row.includes('bob')));
  say(alice, '/msg @bob between us');
  await alice.waitFor(/between us.*✓/);
  await bob.waitFor(/alice\s+1/);
  bob.press('Alt-A');
  await bob.waitFor('between us');
  say(bob, 'only us');
  await alice.waitFor('only us');
  say(alice, '/join #elsewhere');
  await alice.waitFor(/# elsewhere/);
  say(bob, 'still there?');
  await alice.waitFor(/bob\s+1/);
  t.false(carol.screen().some(row => /between us|only us|still there/.test(row)));
});

test('switching chats keeps what was being written in each', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  say(alice, '/join #dev');
  await alice.waitFor(/# dev\s+.*member/);
  alice.type('half a thought');
  await alice.waitFor('half a thought');
  alice.press('Alt-1');
  await alice.waitFor(/# lobby\s+.*member/);
  t.false(alice.screen().some(row => row.includes('half a thought')));
  alice.press('Alt-2');
  await alice.waitFor('half a thought');
  alice.press('Ctrl-U');
  say(alice, '/quit');
  t.is((await alice.exited).code, 0);
  t.deepEqual(alice.modes(), UNTOUCHED);
});

test('who and help answer on the screen, and help names the keys that work', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  await joined(t, server, 'bob');
  await alice.waitFor(screen => screen.some(row => row.includes('bob')));
  say(alice, '/who');
  await alice.waitFor(/bob[\s\S]*|alice, bob/);
  alice.press('F1');
  await alice.waitFor(/Alt-A\s+the next chat/);
  alice.press('PageDown', 'PageDown', 'PageDown');
  await alice.waitFor('/join #ROOM');
  alice.press('Esc');
  // An Esc that is followed at once is an Alt.
  await alice.waitFor(screen => !screen.some(row => row.includes('Keys and commands')));
  say(alice, 'still talking');
  await alice.waitFor(/alice\s+still talking/);
  t.pass();
});

test('text of peers cannot make the terminal reply, ring, change its title, clipboard or modes', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  await bob.waitFor(/alice/);
  bob.oracle.reset();
  const evil =
    '\u001b]0;owned\u0007 \u001b[6n \u0007 \u001b]52;c;ZXZpbA==\u0007 \u001b[?1049l \u009b31m \u202eevil{bold}x{/bold}';
  alice.paste(`${evil} end-of-evil`);
  await alice.waitFor('end-of-evil');
  alice.press('Enter');
  await bob.waitFor('end-of-evil');
  t.deepEqual(bob.oracle.incidents, []);
});
