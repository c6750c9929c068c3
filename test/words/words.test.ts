// The catalogue: every code has its sentence, and sentences name what they are given.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { TchatError } from '../../src/errors.ts';
import { errors } from '../../src/words/en/errors.ts';
import { sentence, sentenceOf } from '../../src/words/sentence.ts';
import { isWordKey, say } from '../../src/words/words.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

test('parameters are filled in once, and one that is missing stays visible', t => {
  t.is(say('already-member', { room: '#dev' }), 'You are in #dev already.');
  t.is(say('already-member', { room: '{room}' }), 'You are in {room} already.');
  t.is(say('already-member'), 'You are in {room} already.');
  t.is(say('text-too-long', { limit: 8192 }).includes('8192'), true);
});

test('what a peer said in a parameter is cleaned, and a code of the future is named', t => {
  t.is(
    sentence('kicked', { reason: 'a\u001b]0;x\u0007\nb' }),
    'An operator ended your session (the reason: a\ufffd]0;x\ufffd b); you may come in again.',
  );
  const unknown = sentenceOf(new TchatError('of-the\u001b-future'));
  t.true(unknown.includes('of-the\ufffd-future'));
  t.true(sentence('toString').includes('toString'), 'not what objects inherit');
  t.false(isWordKey('constructor'));
});

test('every failure says what to do: a sentence with an end, and no brace that nobody fills', t => {
  for (const [code, text] of Object.entries(errors)) {
    t.regex(text, /[.}]$/, code);
    t.notRegex(text.replace(/\{[a-z]+\}/g, ''), /[{}]/, code);
  }
});

// Red when a code is thrown or refused somewhere and its sentence is forgotten.
test('every code that is thrown or refused has a sentence', t => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  const codes = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(SRC, file), 'utf8');
    for (const [, code] of text.matchAll(/(?:new TchatError|reject|refused|\.close|\.die)\(\s*'([a-z-]+)'/g))
      codes.add(code as string);
  }
  t.true(codes.size > 20);
  for (const code of codes) t.true(isWordKey(code), code);
});

test('a sentence names reason, room and time where there are any, and reads well where there are none', t => {
  const muted = { reason: '', room: '', minutes: 90 };
  t.is(sentence('muted-for', muted), 'You may say nothing for 1 h 30 min; wait, or ask a moderator or operator.');
  t.is(
    sentence('muted-for', { reason: 'spam', room: '#dev', minutes: 1_441 }),
    'You may say nothing in #dev for 1 d 1 min (the reason: spam); wait, or ask a moderator or operator.',
  );
  t.is(sentence('slow', { room: '#dev', seconds: 61 }).split('; ')[1], 'you may write again in 1 min 1 s.');
  t.is(sentence('kicked', { reason: '' }), 'An operator ended your session; you may come in again.');
  t.is(sentence('banned', {}), 'You are kept out of this server until its operator lets you in again; ask them.');
});

test('what is missing to do something is told by its own sentence', t => {
  t.is(sentence('not-allowed', { needs: 'operator' }), 'Only operators may do that; ask one of them.');
  t.regex(sentence('not-allowed', { needs: 'member' }), /^You are a guest here/);
  t.regex(sentence('not-allowed', { needs: 'of-the-future' }), /of-the-future/);
});
