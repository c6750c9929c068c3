// Which public keys may log in: none for which anybody could sign, and none with a second spelling.
import { createPublicKey, verify } from 'node:crypto';
import test from 'ava';
import { createKey } from '../../src/identity/keys.ts';
import { isSoundKey } from '../../src/identity/public-key.ts';
import { openRaw, openServer } from '../helpers/clients.ts';

const P = 2n ** 255n - 19n;
const D = mod(-121665n * inverse(121666n));

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, P - 2n);
}

type Point = readonly [bigint, bigint];

function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const k = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + k)), mod((y1 * y2 + x1 * x2) * inverse(1n - k))];
}

/** The point with this y and an even x, or null where there is none. */
function pointAt(y: bigint): Point | null {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(x * x) !== square) return null;
  return [x & 1n ? mod(-x) : x, y];
}

/** The eight points of small order: a point times the order of the large subgroup, and its multiples. */
function smallPoints(): Point[] {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  for (let y = 2n; ; y++) {
    const point = pointAt(y);
    if (!point) continue;
    let torsion: Point = [0n, 1n];
    let doubled = point;
    for (let e = order; e > 0n; e >>= 1n, doubled = add(doubled, doubled)) if (e & 1n) torsion = add(torsion, doubled);
    const all: Point[] = [torsion];
    while (all.at(-1)?.[1] !== 1n || all.at(-1)?.[0] !== 0n) all.push(add(all.at(-1) as Point, torsion));
    if (all.length === 8) return all;
  }
}

/** The little-endian bytes of a coordinate with the sign of x above it. */
function encode(y: bigint, sign: 0 | 1): Buffer {
  const hex = (y | (BigInt(sign) << 255n)).toString(16).padStart(64, '0');
  return Buffer.from(hex, 'hex').reverse();
}

/** All spellings of a point: y and, where it fits, y + p, each with both signs. */
function spellings([, y]: Point): Buffer[] {
  const ys = [y, y + P].filter(each => each < 2n ** 255n);
  return ys.flatMap(each => [encode(each, 0), encode(each, 1)]);
}

const small = smallPoints();

// Red when one of the points is left out of the set.
test('no point of small order is a key, however it is written', t => {
  t.is(new Set(small.map(point => point.join())).size, 8);
  const all = new Map(small.flatMap(spellings).map(each => [each.toString('hex'), each]));
  t.is(all.size, 14);
  for (const [hex, each] of all) t.false(isSoundKey(each), hex);
});

// Red when a coordinate is not compared with the field.
test('a coordinate has one spelling', t => {
  for (let y = P; y < 2n ** 255n; y++) {
    for (const sign of [0, 1] as const) t.false(isSoundKey(encode(y, sign)), `p + ${y - P}`);
  }
  t.false(isSoundKey(new Uint8Array(31)));
  t.false(isSoundKey(new Uint8Array(33).fill(9)));
});

test('keys as they are made are sound', t => {
  for (let n = 0; n < 500; n++) t.true(isSoundKey(createKey().public));
});

/** R = B and S = 1: with the identity as the key it holds for every message. */
function forgery(): Buffer {
  const base = Buffer.from(`58${'66'.repeat(31)}`, 'hex');
  return Buffer.concat([base, encode(1n, 0)]);
}

// Red when the server does not look at the key: it lets the forger in.
test('a login with a key for which anybody can sign is refused before it is asked for proof', async t => {
  const identity = encode(1n, 0);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: identity.toString('base64url') },
    format: 'jwk',
  });
  t.true(verify(null, Buffer.from('whatever is signed'), key, forgery()), 'node:crypto takes it');
  const { port } = (await openServer(t)).facts;
  for (const each of small.flatMap(spellings)) {
    const raw = await openRaw(t, 'mallory', { port });
    raw.send(raw.hello({ key: each }));
    t.is((await raw.closed()).code, 'key-invalid');
  }
});
