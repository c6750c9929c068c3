// A client's way to the bytes of a file: asked for in the session of the chat, and then a connection of its own.
import type { MessageRef } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import type { LoginBinding } from '../identity/keys.ts';
import { proveWay, type WayEnd } from '../identity/way.ts';
import { DIAL_TIMEOUT, FRAME_CONTROL } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { Grant, Page, Query, Side } from '../protocol/packet.ts';
import type { Address } from '../session/address.ts';
import type { Clock } from '../session/clock.ts';
import { type Dialed, dial } from '../session/dialer.ts';
import type { Heartbeat } from '../session/heartbeat.ts';
import { Session } from '../session/session.ts';
import { DataSession } from '../transfer/data-session.ts';

export interface WayOptions {
  readonly address: Address;
  /** As the chat's own connection looks at the server's key. */
  readonly accept?: (certificate: Uint8Array) => Uint8Array;
  readonly ask: (query: Query) => Promise<readonly Page[]>;
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
  readonly timeout?: number;
}

export interface OpenWay {
  readonly way: DataSession;
  /** The other end is the server's own store. */
  readonly spool: boolean;
}

export interface Wish {
  readonly about: MessageRef;
  readonly side: Side;
  /** The bytes may wait at the server. */
  readonly spool: boolean;
  /** Bytes that a receiver has written. */
  readonly have: number | null;
}

/** Throws the refusal, or why there is no connection. What the other end says then is heard by the way's owner. */
export async function openWay(options: WayOptions, wish: Wish): Promise<OpenWay> {
  const [page] = await options.ask({ kind: 'grant', ...wish });
  const grant = page?.kind === 'grants' ? page.items[0] : undefined;
  if (!grant) throw new TchatError('bad-packet', { what: 'grants' });
  const { address, accept, timeout } = options;
  const dialed = await dial(address, { timeout: timeout ?? DIAL_TIMEOUT, ...(accept ? { accept } : {}) });
  const way = attach(dialed, { grant, end: wish.side, ...options });
  await way.attached();
  return { way, spool: grant.spool };
}

interface Attaching {
  readonly grant: Pick<Grant, 'grant' | 'key'>;
  readonly end: WayEnd;
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
}

/** Shows on a new connection that this end was let onto the way. */
export function attach(
  { socket, exporter, serverKey }: Dialed,
  { grant, end, clock, heartbeat }: Attaching,
): DataSession {
  const binding: LoginBinding = { exporter, serverKey };
  const way = new DataSession(owner => new Session(socket, owner, { clock, heartbeat }));
  way.session.allow(FRAME_CONTROL);
  const proof = proveWay(grant.key, { grant: grant.grant, end, ...binding });
  way.session.send(encodePacket({ type: 'attach', grant: grant.grant, proof }));
  return way;
}
