import test from 'ava';
import { TchatError } from '../../../src/errors.ts';
import { channels, colourCode, detectColours, type Hex } from '../../../src/tui/kit/colours.ts';
import { loadTheme, resolve, sgr } from '../../../src/tui/kit/theme.ts';
import { push, TOKENS, type Token, tokensOf } from '../../../src/tui/kit/tokens.ts';

const stack = (...tokens: Token[]) => tokens.reduce((below, token) => push(below, token), 0);

for (const name of ['dark', 'light']) {
  test(`the ${name} theme holds every token and no other`, t => {
    const theme = loadTheme(name);
    t.is(theme.name, name);
    t.deepEqual(Object.keys(theme.tokens).sort(), [...TOKENS].sort());
  });

  test(`text of the ${name} theme can be read on all its surfaces`, t => {
    const { tokens } = loadTheme(name);
    const grounds = ['base', 'side', 'bar', 'input', 'raised', 'selected', 'mention'] as const;
    for (const ground of grounds) {
      for (const token of TOKENS) {
        const { fg } = tokens[token];
        const bg = tokens[token].bg ?? tokens[ground].bg!;
        // Lines, empty bars and charts are seen, not read.
        if (fg === undefined || /^(rule|scrollbar|bar-|chart-|current-bar|mention-bar)/.test(token)) continue;
        const least = token === 'faint' || token === 'heading' || token === 'system' ? 2.9 : 4.5;
        t.true(contrast(fg, bg) >= least, `${token} on ${ground}: ${contrast(fg, bg).toFixed(2)}`);
      }
    }
  });
}

/** The contrast of WCAG 2. */
function contrast(a: Hex, b: Hex): number {
  const luminance = (hex: Hex) => {
    const [r, g, b] = channels(hex).map(value =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

test('a theme with a missing, an extra or a broken token is refused with its name', t => {
  const { tokens } = loadTheme('dark');
  const { faint: _, ...without } = tokens;
  const reasonOf = (theme: object) => {
    const error = t.throws(() => loadTheme(theme), { instanceOf: TchatError });
    t.is(error.code, 'theme-invalid');
    return error.params['reason'];
  };
  t.is(reasonOf({ name: 'x', tokens: without }), 'no faint');
  t.is(reasonOf({ name: 'x', tokens: { ...tokens, blink: {} } }), 'unknown token blink');
  t.is(reasonOf({ name: 'x', tokens: { ...tokens, ok: { fg: '\x1b[31m' } } }), 'ok: fg is not #rrggbb');
  t.is(reasonOf({ name: 'x', tokens: { ...tokens, ok: { blink: true } } }), 'ok: blink');
  for (const name of ['nothing-here', '../package', 'dark.json']) {
    t.is(t.throws(() => loadTheme(name), { instanceOf: TchatError }).code, 'theme-unknown');
  }
});

test('tokens layer: a token without background leaves the one below, one without text colour that one', t => {
  const look = resolve(loadTheme('dark'), 'truecolor')(stack('base', 'side', 'ok', 'selected'));
  t.deepEqual(look, { fg: '38;2;127;191;106', bg: '48;2;42;51;65', attributes: [] });
  t.deepEqual(tokensOf(stack('base', 'base', 'ok')), ['base', 'ok']);
});

test('without colours only the attributes for it are used', t => {
  const lookOf = resolve(loadTheme('dark'), 'none');
  t.deepEqual(lookOf(stack('base', 'selected', 'strong')), { fg: '', bg: '', attributes: [1, 7] });
});

test('with sixteen colours text never has the colour of its ground', t => {
  for (const name of ['dark', 'light']) {
    const lookOf = resolve(loadTheme(name), '16');
    for (const ground of ['base', 'side', 'bar', 'selected'] as const) {
      for (const token of TOKENS) {
        const { fg, bg } = lookOf(stack(ground, token));
        if (fg !== '') t.not(Number(fg) + 10, Number(bg), `${name}: ${token} on ${ground}`);
      }
    }
  }
});

test('a change of look writes only what differs', t => {
  const plain = { fg: '31', bg: '', attributes: [] };
  const bold = { fg: '31', bg: '44', attributes: [1] };
  t.is(sgr(null, plain), '\x1b[0;31m');
  t.is(sgr(plain, bold), '\x1b[1;44m');
  t.is(sgr(bold, plain), '\x1b[0;31m');
  t.is(sgr(bold, { ...bold, fg: '' }), '\x1b[39m');
  t.is(sgr(bold, { ...bold }), '');
});

test('colours come as near as the terminal can', t => {
  t.is(colourCode('#ff0000', 'fg', '256'), '38;5;196');
  t.is(colourCode('#808080', 'bg', '256'), '48;5;244');
  t.is(colourCode('#5fb3ff', 'fg', '16'), '96');
  t.is(colourCode('#14171c', 'bg', '16'), '40');
  t.is(colourCode('#ffffff', 'fg', '16'), '97');
});

test('the environment says which colours there are', t => {
  const rows = [
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolor'],
    [{ TERM: 'xterm-256color' }, '256'],
    [{ TERM: 'tmux-256color', TMUX: 'x' }, '256'],
    [{ TERM: 'tmux-256color', TMUX: 'x', COLORTERM: 'truecolor' }, 'truecolor'],
    [{ TERM: 'xterm-kitty' }, 'truecolor'],
    [{ TERM: 'screen', TMUX: 'x', TERM_PROGRAM: 'iTerm.app' }, '256'],
    [{ TERM: 'linux' }, '16'],
    [{ TERM: 'vt220' }, 'none'],
    [{ TERM: 'dumb', COLORTERM: 'truecolor' }, 'none'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{}, '16'],
  ] as const;
  for (const [env, colours] of rows) t.is(detectColours(env), colours, JSON.stringify(env));
});
