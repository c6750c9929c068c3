// How a command ends: its exit code, and its one sentence on standard error.
import { asTchatError, EXIT, type ExitCode } from '../errors.ts';
import { sentenceOf } from '../words/sentence.ts';
import { tell } from './print.ts';

const UNREACHABLE = new Set([
  'unreachable',
  'no-server-here',
  'server-gone',
  'no-such-host',
  'not-tchat',
  'not-encrypted',
  'login-timeout',
  'timed-out',
  'connection-lost',
  'closed',
  'peer-dead',
  'peer-stalled',
  'server-stopping',
]);
const FAILED = new Set([
  'internal',
  'not-your-server',
  'another-version',
  'address-in-use',
  'data-in-use',
  'data-unusable',
  'store-newer',
  'no-server-data',
  'room-not-kept',
  'no-room',
  'backup-broken',
  'address-not-ours',
  'cannot-listen',
  'metrics-address',
  'secret-unreadable',
  'passphrase-wrong',
  'passphrase-differs',
  'profile-exists',
  'no-such-profile',
  'no-key-file',
  'file-exists',
  'file-unwritable',
  'limit-setting',
  'entry-broken',
  'entry-unwritable',
  'server-key-broken',
  'server-key-unwritable',
  'known-servers-broken',
  'known-servers-unwritable',
  'not-known',
  'profile-broken',
  'profile-unwritable',
  'no-terminal',
  'bad-frame',
  'bad-packet',
]);
const WRONG_KEY = new Set(['server-key-changed', 'link-key-differs']);
const USAGE = new Set([
  'usage',
  'unknown-command',
  'unknown-word',
  'bad-address',
  'bad-link',
  'bad-fingerprint',
  'bad-option',
  'log-needs-file',
  'nothing-to-send',
  'profile-missing',
  'room-invalid',
  'secret-empty',
  'secret-no-terminal',
  'plain-address',
  'rotates-nothing',
  'remove-whom',
]);

/** Codes that a server refuses with are many and may be new: whatever is nothing else counts as refused. */
export function exitCodeOf(error: unknown): ExitCode {
  const { code } = asTchatError(error);
  if (code === 'interrupted') return EXIT.interrupted;
  if (UNREACHABLE.has(code)) return EXIT.unreachable;
  if (WRONG_KEY.has(code)) return EXIT.wrongKey;
  if (USAGE.has(code)) return EXIT.usage;
  if (FAILED.has(code)) return EXIT.failed;
  return EXIT.refused;
}

/** Prints the sentence; gives the exit code. */
export function fail(error: unknown): ExitCode {
  tell(sentenceOf(error));
  // The code of a refusal comes from the server, and stands in the stack.
  if (process.env['TCHAT_DEBUG'] && error instanceof Error) tell(error.stack ?? '');
  return exitCodeOf(error);
}
