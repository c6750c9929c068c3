// A client of the benchmark: the program's own client, waited for.
import { randomBytes } from 'node:crypto';
import { Client, type ClientMessage } from '../src/client/client.ts';
import { asTchatError } from '../src/errors.ts';
import { readCertificate } from '../src/identity/certificate.ts';
import { createKey } from '../src/identity/keys.ts';
import type { Profile } from '../src/identity/profile.ts';
import type { Welcome } from '../src/protocol/packet.ts';
import { systemClock } from '../src/session/clock.ts';

/** A profile that exists in memory alone. */
export function newProfile(name: string): Profile {
  return { name, key: createKey(), device: randomBytes(16) };
}

export interface Entered {
  readonly client: Client;
  readonly welcome: Welcome;
}

/** Any key: the server is one that this process has started. */
export const accept = (certificate: Uint8Array) => readCertificate(certificate).fingerprint;

/** Logs in; rejects with what the server, or the way to it, said. `hear` gets what comes after. */
export function enter(
  port: number,
  profile: Profile,
  facts: { readonly presence: boolean; readonly hear?: (message: ClientMessage) => void },
): Promise<Entered> {
  const { presence, hear = () => {} } = facts;
  return new Promise((resolve, reject) => {
    const address = { host: '127.0.0.1', port };
    const options = { address, profile, accept, presence, client: 'bench', reconnect: false, clock: systemClock };
    const client = new Client(options, message => {
      if (message.is === 'online') resolve({ client, welcome: message.welcome });
      if (message.is === 'over') reject(asTchatError(message.error));
      hear(message);
    });
    client.start();
  });
}
