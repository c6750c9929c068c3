// Which key a server must show to a client command: what its link says, and what it is known by on this machine.
import type { ErrorParams } from '../errors.ts';
import { folders } from '../folders.ts';
import { showFingerprint } from '../identity/certificate.ts';
import { KnownServers } from '../identity/known-servers.ts';
import { type Address, type Link, serverKeyOf } from '../session/address.ts';

/** Something to say once: a key that is known from now on. */
export interface TrustNews {
  readonly code: 'server-pinned' | 'server-rotated';
  readonly params: ErrorParams;
}

/** What a client needs to look at the server's key; nothing for one on this machine that does not encrypt. */
export function trustIn({ address, fingerprint }: Link, tell: (news: TrustNews) => void) {
  if (address.plain) return {};
  const known = new KnownServers(folders().config);
  const expected = { server: serverKeyOf(address), fingerprint };
  const accept = (certificate: Uint8Array) => {
    const judgement = known.judge(expected, certificate);
    const params = { address: expected.server, fingerprint: showFingerprint(judgement.fingerprint) };
    if (judgement.verdict !== 'known') tell({ code: `server-${judgement.verdict}`, params });
    return judgement.fingerprint;
  };
  return { accept };
}

/** The fingerprint by which a server is known here, or null. */
export function knownFingerprint(address: Address): Buffer | null {
  const known = address.plain ? null : new KnownServers(folders().config).get(serverKeyOf(address));
  return known === null ? null : Buffer.from(known);
}
