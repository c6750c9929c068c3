// The first message of TLS (RFC 8446, section 4.1.2), read before OpenSSL sees it: as long as it is declared, whole, and
// with a key share that is answered at once. So whoever stops within it holds its own few bytes and no more, and no second
// one is ever asked for, whose declared length OpenSSL would allocate unseen.
import { TLS_HELLO_BYTES } from '../limits.ts';

const RECORD_HEAD = 5;
const RECORD_HANDSHAKE = 0x16;
const MESSAGE_HEAD = 4;
const CLIENT_HELLO = 1;
/** Version and random number, before what has a length of its own. */
const FIXED = 2 + 32;
const KEY_SHARE = 51;
/** X25519, P-256, and X25519 with ML-KEM-768: what `tls.ts` answers. */
const GROUPS = [0x1d, 0x17, 0x11ec];

/** Records that it may be cut into: one is usual. */
const RECORDS = 8;

export type HelloFault = 'tls-required' | 'not-tchat';

/** What is wrong with these first bytes of a connection; 0: nothing, they are whole; else how many there must be to say more. */
export function lookAtHello(bytes: Buffer): HelloFault | number {
  if (bytes.length > 0 && bytes[0] !== RECORD_HANDSHAKE) return 'tls-required';
  const message: Buffer[] = [];
  let [at, length] = [0, 0];
  while (at < bytes.length) {
    if (bytes[at] !== RECORD_HANDSHAKE || message.length === RECORDS) return 'not-tchat';
    if (bytes.length - at < RECORD_HEAD) return at + RECORD_HEAD;
    const size = bytes.readUInt16BE(at + 3);
    if (size === 0) return 'not-tchat';
    at += RECORD_HEAD;
    const part = bytes.subarray(at, at + size);
    message.push(part);
    if (part.length < size && length + part.length < MESSAGE_HEAD)
      return Math.min(at + size, at + MESSAGE_HEAD - length);
    length += part.length;
    at += size;
    const fault = length < MESSAGE_HEAD ? null : faultOf(message, length);
    if (fault !== null) return fault;
    if (part.length < size) return at;
  }
  const whole = Buffer.concat(message);
  if (length < MESSAGE_HEAD || length < MESSAGE_HEAD + whole.readUIntBE(1, 3)) return at + RECORD_HEAD;
  return isAnswered(whole.subarray(MESSAGE_HEAD)) ? 0 : 'not-tchat';
}

/** What the head of the message tells. What stands behind the message would have come without waiting for an answer. */
function faultOf(message: readonly Buffer[], length: number): HelloFault | null {
  const head = Buffer.concat(message, MESSAGE_HEAD);
  const declared = head.readUIntBE(1, 3);
  if (head[0] !== CLIENT_HELLO || declared > TLS_HELLO_BYTES) return 'not-tchat';
  return length > MESSAGE_HEAD + declared ? 'not-tchat' : null;
}

/** Whether the server would answer it at once. What OpenSSL itself refuses is left to it: that costs nothing more. */
function isAnswered(hello: Buffer): boolean {
  try {
    let at = FIXED;
    at += 1 + hello.readUInt8(at);
    at += 2 + hello.readUInt16BE(at);
    at += 1 + hello.readUInt8(at);
    at += 2;
    while (at < hello.length) {
      const [type, size] = [hello.readUInt16BE(at), hello.readUInt16BE(at + 2)];
      at += 4;
      if (type === KEY_SHARE) return hasGroup(hello.subarray(at, at + size));
      at += size;
    }
    return true;
  } catch {
    return false;
  }
}

function hasGroup(shares: Buffer): boolean {
  for (let at = 2; at < shares.length; at += 4 + shares.readUInt16BE(at + 2)) {
    if (GROUPS.includes(shares.readUInt16BE(at))) return true;
  }
  return false;
}
