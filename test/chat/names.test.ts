// Names: of any script, and none that could be taken for another's.
// Seen red: the shapes left out of looksOf; NFKC done before the shapes (ſ and f); the rule of one script switched off.
import test from 'ava';
import { decideClaim } from '../../src/chat/claim.ts';
import { CONFUSABLES } from '../../src/chat/confusables.ts';
import { isOfOneScript } from '../../src/chat/scripts.ts';
import { looksAlike, looksOf } from '../../src/chat/skeleton.ts';
import { apply, type ChatState, emptyState } from '../../src/chat/state.ts';
import { validName } from '../../src/chat/text.ts';
import { LEDGER } from '../../src/chat/vocabulary.ts';
import { talkOf } from '../../src/identity/keys.ts';

/** The table of likenesses, read on its own. */
function table(): [string, string][] {
  const rows: [string, string][] = [];
  let at = 0;
  for (const word of CONFUSABLES.join(' ').split(' ')) {
    const [gap = '', rest = ''] = word.split(':');
    const [likes = '', length = '1'] = rest.split(/[=+]/);
    at += Number.parseInt(gap, 36);
    for (let n = 0; n < Number.parseInt(length, 36); n++) {
      const step = rest.includes('+') ? n : 0;
      const points = likes.split('.').map(each => Number.parseInt(each, 36) + step);
      rows.push([String.fromCodePoint(at + n), String.fromCodePoint(...points)]);
    }
    at += Number.parseInt(length, 36) - 1;
  }
  return rows;
}

function claim(state: ChatState, name: string, account: string): string {
  const actor = { account, name, role: 'member' } as const;
  const decision = decideClaim(
    { name, key: new Uint8Array(32), invite: null, enters: false },
    {
      state,
      actor,
      now: 0,
      id: '',
      talkOf,
      inviteToken: () => '',
      message: () => null,
      mayWait: () => true,
      maySee: () => true,
      inSpool: () => false,
      exempt: [],
      within: () => [],
    },
  );
  if (!decision.ok) return decision.rejection.code;
  for (const event of decision.events) apply(state, event);
  return 'claimed';
}

/** What becomes of the second of two claims on a fresh server; null where the first is no name. */
function second(one: string, other: string): string | null {
  const state = emptyState();
  return claim(state, one, 'one') === 'claimed' ? claim(state, other, 'other') : null;
}

const ROWS = table();

test('the table is whole', t => {
  t.true(ROWS.length > 3_000);
  const map = new Map(ROWS);
  t.is(map.size, ROWS.length);
  for (const [from, to] of [
    ['а', 'a'],
    ['m', 'rn'],
    ['I', 'l'],
    ['0', 'O'],
    ['ſ', 'f'],
    ['Ο', 'O'],
  ] as const)
    t.is(map.get(from), to);
});

// PROMISES T3, A1. Every character of the table with what it stands for, and with others that stand for the same.
test('of 6,000 pairs of names that look alike the second is refused', t => {
  const likes = new Map<string, string[]>();
  for (const [from, to] of ROWS) likes.set(to, [...(likes.get(to) ?? []), from]);
  const pairs: [string, string][] = [];
  for (const [to, group] of likes) {
    for (const [n, from] of group.entries()) {
      pairs.push([to, from], [`7${from}`, `7${to}`], [from, group[(n + 1) % group.length] as string]);
      pairs.push([`x${to}${to}`, `x${from}${to}`], [`${from}${from}3`, `${from}${to}3`]);
    }
  }
  const seen = { 'name-taken': 0, 'name-invalid': 0 };
  for (const [one, other] of pairs) {
    if (one === other) continue;
    const end = second(one, other);
    if (end === 'claimed') t.fail(`${one} (${points(one)}) and ${other} (${points(other)})`);
    if (end === 'name-taken' || end === 'name-invalid') seen[end] += 1;
  }
  t.log(seen);
  t.true(seen['name-taken'] + seen['name-invalid'] >= 6_000);
  t.true(seen['name-taken'] >= 4_000, 'most are refused by their look, not by a rule of names');
});

function points(text: string): string {
  return [...text].map(each => (each.codePointAt(0) as number).toString(16)).join(' ');
}

test('whole words that look alike are refused, in both orders', t => {
  const pairs = [
    ['paypal', 'paypaI'],
    ['alice', 'a1ice'],
    ['modern', 'rnodern'],
    ['сосо', 'coco'],
    ['СОСО', 'coco'],
    ['Ivan', 'lvan'],
    ['OOO', '000'],
    ['ΑΝΝΑ', 'ANNA'],
    ['ΑΝΝΑ', 'anna'],
    ['ſox', 'fox'],
    ['a\ufe0flice', 'alice'],
    ['ali\u034fce', 'alice'],
    ['a_b', 'a-b'],
    ['a--b', 'a.b'],
  ] as const;
  for (const [one, other] of pairs) {
    t.is(second(one, other), 'name-taken', `${one} ${other}`);
    t.is(second(other, one), 'name-taken', `${other} ${one}`);
  }
});

test('names that look apart live side by side', t => {
  const state = emptyState();
  const names = ['ian', 'lan', 'anna', 'ana', 'bob', 'rob', 'max', 'mux', 'zoe', 'zoë', 'иван', 'ivan', 'a-b', 'ab'];
  for (const [n, name] of names.entries()) t.is(claim(state, name, `account ${n}`), 'claimed', name);
});

test('names of every script are names', t => {
  const names = [
    ...['Αλέξανδρος', 'Юрий', 'Żółć', 'Ñandú', 'Nguyễn', 'Ægir', 'ʻOkina', 'İpek'],
    ...['محمد', 'فاطمة۲', 'דוד', 'अनिता', 'বাংলা', 'தமிழ்', 'తెలుగు', 'ગુજરાતી', 'ਪੰਜਾਬੀ', 'ಕನ್ನಡ', 'മലയാളം', 'සිංහල', 'ଓଡ଼ିଆ'],
    ...[
      'สมชาย',
      'ສົມ',
      'မြန်မာ',
      'ខ្មែរ',
      'བོད',
      'ᠮᠣᠩᠭᠣᠯ',
      'አማርኛ',
      'ქართული',
      'Հայկ',
      'ᏣᎳᎩ',
      'ᐃᓄᒃ',
      'ⵜⵉⴼⵉⵏⴰⵖ',
      'ߒߞߏ',
      '𞤀𞤣𞤤𞤢𞤥',
    ],
    ...[
      '王小明',
      '山田たろう',
      'カタカナー',
      '김철수',
      'ㄅㄆㄇ',
      '李Lee',
      'スーパーMario',
      '김Kim',
      'わたし-99',
      '小明_2024',
    ],
  ];
  const state = emptyState();
  for (const [n, name] of names.entries()) {
    t.is(validName(name), name.normalize('NFC'), name);
    t.is(claim(state, name, `account ${n}`), 'claimed', name);
  }
});

test('scripts are not mixed, but Han, Kana and Hangul with Latin', t => {
  for (const name of ['аlice', 'alicе', 'Юraй', 'αlpha', 'ボbоb', '김カナ', 'ㄅあ', 'دavid', 'a٣', 'हिna', 'Ꭺlice']) {
    t.is(validName(name), null, name);
  }
  t.true(isOfOneScript('12_-.'));
  t.true(isOfOneScript('e\u0301'));
});

test('reserved words are kept, and whatever looks like them', t => {
  for (const name of [
    'admin',
    'ADMIN',
    'Ａdmin',
    'аdmin',
    'rооt',
    'r00t',
    'adrnin',
    'ѕуѕtеm',
    'SYSTEM',
    'c0nsole',
    'tсhаt',
  ]) {
    t.is(validName(name), null, name);
  }
  for (const name of ['administrator', 'adam', 'roots', 'tea']) t.is(validName(name), name);
});

// Red when the state takes the look of a name from the event.
test('a log that was written by an older table refuses look-alikes all the same', t => {
  const state = emptyState();
  const head = { time: 0, conversation: LEDGER, id: null, kind: 'claimed', key: new Uint8Array(32) } as const;
  const old = (name: string, account: string) => ({ ...head, account, from: name, name, skeleton: `old ${name}` });
  apply(state, old('coco', 'one'));
  apply(state, old('сосо', 'two'));
  t.is(state.accounts.get('two')?.name, 'сосо', 'who has a name keeps it');
  t.is(claim(state, 'cocо', 'three'), 'name-invalid');
  t.is(claim(state, 'ⅽoco', 'three'), 'name-taken');
});

test('looks are the same from both sides', t => {
  for (const [from, to] of ROWS.slice(0, 500)) {
    t.true(looksAlike(from, to), points(from));
    t.is(looksAlike(to, from), true);
  }
  t.false(looksAlike('alice', 'bob'));
  t.true(looksOf('x').size >= 1);
});
