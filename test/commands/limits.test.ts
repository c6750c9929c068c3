// The limits of the configuration: each can be set, and what cannot is named.
import test from 'ava';
import { limitsWith } from '../../src/commands/limits.ts';

test('without settings the limits are the defaults; each setting changes its own', t => {
  const { admission, rates } = limitsWith({});
  t.like(admission, { connections: 1_000, perMinute: 32 });
  t.deepEqual(rates.commands, { burst: 20, perSecond: 5 });
  const set = limitsWith({ perMinute: 99, commandsBurst: 50, queriesPerSecond: 7 });
  t.is(set.admission.perMinute, 99);
  t.deepEqual(set.rates, { commands: { burst: 50, perSecond: 5 }, queries: { ...rates.queries, perSecond: 7 } });
  t.deepEqual(limitsWith({}).rates, rates, 'and the defaults stay');
});

test('a name that is none and a number that is none are said', t => {
  for (const bad of [
    { nonsense: 1 },
    { toString: 1 },
    { perMinute: 0 },
    { perMinute: Number.NaN },
    { perMinute: 1e9 },
  ]) {
    t.throws(() => limitsWith(bad), { code: 'limit-setting' }, JSON.stringify(bad));
  }
});
