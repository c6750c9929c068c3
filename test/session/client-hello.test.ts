// The first message of TLS, as it is read before OpenSSL sees it: a real one passes however it is cut, and nothing is
// waited for, or handed on, that would be answered by asking again.
import test from 'ava';
import { TLS_HELLO_BYTES } from '../../src/limits.ts';
import { lookAtHello } from '../../src/session/client-hello.ts';
import { random, SEED } from '../helpers/tier.ts';
import { clientHello } from '../helpers/tls.ts';

const HEAD = 5;

/** The same message in records of so many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(HEAD);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.of(0x16, 3, 1, part.length >> 8, part.length & 255), part);
  }
  return Buffer.concat(records);
}

/** The same with another group in its first key share. */
function withGroup(hello: Buffer, group: number): Buffer {
  const changed = Buffer.from(hello);
  // Type and length of the extension, the length of its list, and the first group.
  for (let at = 0; at < changed.length - 10; at++) {
    const size = changed.readUInt16BE(at + 2);
    if (changed.readUInt16BE(at) !== 51 || changed.readUInt16BE(at + 4) !== size - 2) continue;
    changed.writeUInt16BE(group, at + 6);
    return changed;
  }
  throw new Error('no key share');
}

test('one of ours is whole at its last byte and not before, and what it needs is never more than what comes', async t => {
  const hello = await clientHello();
  for (const form of [hello, inRecords(hello, 100), inRecords(hello, hello.length - 1)]) {
    if (form.length > hello.length + 8 * HEAD) continue;
    let needed = 1;
    for (let length = 1; length < form.length; length++) {
      const found = lookAtHello(form.subarray(0, length));
      t.true(typeof found === 'number' && found > length && found <= form.length, `${length}: ${found}`);
      if (length < needed) continue;
      needed = Number(found);
    }
    t.is(lookAtHello(form), 0);
  }
});

test('too many records, an empty one, too long a message and what stands behind it are refused as soon as they show', async t => {
  const hello = await clientHello();
  t.is(lookAtHello(inRecords(hello, 8)), 'not-tchat');
  t.is(lookAtHello(Buffer.from('1603010000', 'hex')), 'not-tchat');
  const long = Buffer.from(hello);
  long.writeUIntBE(TLS_HELLO_BYTES + 1, 6, 3);
  t.is(lookAtHello(long.subarray(0, 9)), 'not-tchat');
  t.is(lookAtHello(Buffer.concat([hello, hello])), 'not-tchat');
  t.is(lookAtHello(Buffer.concat([hello, Buffer.of(0x17)])), 'not-tchat');
  t.is(lookAtHello(Buffer.of(0x15)), 'tls-required');
  const other = Buffer.from(hello);
  other[HEAD] = 2;
  t.is(lookAtHello(other), 'not-tchat');
});

// Red when key shares are not looked at: OpenSSL would ask for another message, of any declared length.
test('one without a key share that is answered at once is refused; one without any is left to OpenSSL', async t => {
  const hello = await clientHello();
  t.is(lookAtHello(withGroup(hello, 0x1d)), 0);
  t.is(lookAtHello(withGroup(hello, 0x17)), 0);
  t.is(lookAtHello(withGroup(hello, 0x19)), 'not-tchat');
});

test('nonsense of any kind is an answer, never an error', async t => {
  const hello = await clientHello();
  const next = random(SEED);
  for (let n = 0; n < 5_000; n++) {
    const bytes = Buffer.from(hello);
    for (let change = 0; change <= n % 5; change++) {
      bytes[HEAD + 4 + Math.floor(next() * (bytes.length - HEAD - 4))] = Math.floor(next() * 256);
    }
    const found = lookAtHello(bytes.subarray(0, n % 7 === 0 ? bytes.length - (n % 100) : bytes.length));
    t.true(typeof found === 'number' || found === 'not-tchat');
  }
});
