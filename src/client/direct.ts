// A way straight from one client to the other: the sender listens, the receiver dials, and each proves on that connection that
// it knows the key that went through the server. Whatever fails, fails without a word: the bytes go on through the server.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { TchatError } from '../errors.ts';
import { fingerprintOf, makeCertificate, rawKeyOf, readCertificate } from '../identity/certificate.ts';
import { isWayProof, proveWay } from '../identity/way.ts';
import { DIRECT_ADDRESSES, DIRECT_TIMEOUT, FRAME_CONTROL } from '../limits.ts';
import { decodeClientPacket } from '../protocol/codec.ts';
import type { DataPacket } from '../protocol/data-packet.ts';
import { isLoopback, parseAddress } from '../session/address.ts';
import type { Clock } from '../session/clock.ts';
import { dial } from '../session/dialer.ts';
import { DirectListener } from '../session/direct-listener.ts';
import type { Heartbeat } from '../session/heartbeat.ts';
import { Session, type SessionOwner } from '../session/session.ts';
import { DataSession } from '../transfer/data-session.ts';
import { attach } from './way.ts';

export type DirectPacket = DataPacket & { readonly type: 'direct' };

export interface DirectContext {
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
}

/** By which both ends call a way: what is told of its key in the clear. */
function grantOf(key: Uint8Array): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, 16);
}

/** What a sender tells, and how it ends it. */
export interface DirectOffer {
  readonly packet: DirectPacket;
  close(): void;
}

/** Listens; `come` gets the way of whoever has proven the key, once. Null where this machine lets nobody listen. */
export async function offerDirect(
  { clock, heartbeat }: DirectContext,
  hosts: readonly string[],
  come: (way: DataSession) => void,
): Promise<DirectOffer | null> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const fingerprint = fingerprintOf(rawKeyOf(privateKey));
  const key = randomBytes(32);
  const grant = grantOf(key);
  let taken = false;
  const listener = await DirectListener.open({
    ...{ tls: { key: pem, certificate: makeCertificate(privateKey, []) }, hosts, patience: 2 * DIRECT_TIMEOUT, clock },
    secured: (socket, exporter) => {
      const guest = new Guest(payload => {
        const packet = decodeClientPacket(payload);
        const binding = { exporter, serverKey: fingerprint };
        const known = packet.type === 'attach' && Buffer.from(packet.grant).equals(grant);
        if (!known || taken || !isWayProof(packet.proof, key, { grant, end: 'receive', ...binding })) {
          socket.destroy();
          return;
        }
        taken = true;
        listener?.close();
        const way = guest.become();
        way.send({ type: 'attached', proof: proveWay(key, { grant, end: 'answer', ...binding }) });
        come(way);
      });
      guest.session = new Session(socket, guest, { clock, heartbeat });
      clock.after(DIRECT_TIMEOUT, () => {
        if (!guest.isIn) socket.destroy();
      });
    },
  });
  if (!listener) return null;
  const addresses = hosts
    .slice(0, DIRECT_ADDRESSES)
    .map(host => `${host.includes(':') ? `[${host}]` : host}:${listener.port}`);
  return { packet: { type: 'direct', key, fingerprint, addresses }, close: () => listener.close() };
}

/** Somebody who has to say first who they are. */
class Guest implements SessionOwner {
  session: Session | null = null;
  readonly #first: (payload: Buffer) => void;
  #owner: SessionOwner | null = null;

  constructor(first: (payload: Buffer) => void) {
    this.#first = first;
  }

  get isIn(): boolean {
    return this.#owner !== null;
  }

  become(): DataSession {
    return new DataSession(owner => {
      this.#owner = owner;
      const session = this.session as Session;
      session.allow(FRAME_CONTROL);
      return session;
    });
  }

  packet(payload: Buffer): void {
    if (this.#owner) this.#owner.packet(payload);
    else this.#first(payload);
  }
  data(piece: Buffer): void {
    this.#owner?.data?.(piece);
  }
  drained(): void {
    this.#owner?.drained();
  }
  closed(...end: Parameters<SessionOwner['closed']>): void {
    this.#owner?.closed(...end);
  }
}

/** Dials what was told; null where nobody is there who knows the key. `loopback`: addresses of this machine itself are meant. */
export async function takeDirect(
  { clock, heartbeat }: DirectContext,
  { key, fingerprint, addresses }: DirectPacket,
  loopback: boolean,
): Promise<DataSession | null> {
  const grant = { grant: grantOf(key), key };
  const accept = (certificate: Uint8Array) => {
    const shown = readCertificate(certificate).fingerprint;
    if (!shown.equals(Buffer.from(fingerprint))) throw new TchatError('not-tchat');
    return shown;
  };
  const tries = addresses.slice(0, DIRECT_ADDRESSES).map(async text => {
    const address = parseAddress(text);
    if (isLoopback(address.host) !== loopback) throw new TchatError('unreachable', { address: text });
    const dialed = await dial(address, { timeout: DIRECT_TIMEOUT, accept });
    const way = attach(dialed, { grant, end: 'receive', clock, heartbeat });
    const late = clock.after(DIRECT_TIMEOUT, () => way.session.die('closed'));
    const { proof } = await way.attached().finally(late);
    const { exporter, serverKey } = dialed;
    if (proof && isWayProof(proof, key, { grant: grant.grant, end: 'answer', exporter, serverKey })) return way;
    way.session.die('closed');
    throw new TchatError('not-tchat');
  });
  return Promise.any(tries).catch(() => null);
}
