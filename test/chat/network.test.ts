// Networks as they are written: what node:net takes is a network, and nothing else is.
import { isIP } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { validNetwork } from '../../src/chat/network.ts';
import { SEED } from '../helpers/tier.ts';

test('addresses and networks are taken with their bits', t => {
  t.is(validNetwork(' 10.0.0.0/8 '), '10.0.0.0/8');
  t.is(validNetwork('127.0.0.1'), '127.0.0.1/32');
  t.is(validNetwork('::1'), '::1/128');
  t.is(validNetwork('2001:DB8::/32'), '2001:db8::/32');
  t.is(validNetwork('::ffff:1.2.3.4/120'), '1.2.3.0/24');
  for (const no of [
    '',
    '/',
    '1.2.3.4/',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.256',
    '01.2.3.4',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    'g::',
    '::%eth0',
  ]) {
    t.is(validNetwork(no), null, no);
  }
});

// Red when the last four bytes of an IPv6 address cannot be written as those of an IPv4 one (0::0.0.0.0).
test('what is an address here is one to node:net, and the other way round', t => {
  const part = fc.constantFrom('0', '1', '255', '256', 'ffff', '10000', 'a', '', 'g', '01');
  const text = fc.array(fc.tuple(part, fc.constantFrom('.', ':', '::')), { minLength: 1, maxLength: 9 }).map(parts =>
    parts
      .map(([one, mark]) => one + mark)
      .join('')
      .slice(0, -1),
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(text, address => (validNetwork(address) !== null) === (isIP(address) !== 0)),
      { numRuns: 20_000, seed: SEED, examples: [['0::0.0.0.0'], ['::ffff:1.2.3.4'], ['1:2:3:4:5:6:7:1.2.3.4']] },
    ),
  );
});
