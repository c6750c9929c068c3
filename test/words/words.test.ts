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
  t.is(sentence('kicked', { reason: 'a\u001b]0;x\u0007\nb' }), 'An operator ended your session: a\ufffd]0;x\ufffd b');
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
