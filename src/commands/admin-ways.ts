// The two ways to a server that runs elsewhere than in this process.
import { connect, type Socket } from 'node:net';
import { Client, type ClientMessage } from '../client/client.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { ADMIN_FRAME } from '../limits.ts';
import { encodeFrame, FRAME } from '../protocol/frame.ts';
import { systemClock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { Session } from '../session/session.ts';
import { version } from '../version.ts';
import { AdminLink, type LinkOptions } from './admin-link.ts';
import { type ClientArguments, rememberProfile } from './profile.ts';
import { clientFacts } from './script-client.ts';

/** By the socket of a server on this machine. Throws a TchatError `no-server-here` where none runs with this data. */
export async function attachHere(path: string, options: LinkOptions): Promise<AdminLink> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket.removeAllListeners('error')));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'EACCES' || error.code === 'EPERM' ? 'not-your-server' : 'no-server-here';
      reject(new TchatError(code, { file: path }, error));
    });
  });
  let link: AdminLink | null = null;
  const owner = {
    packet: (payload: Buffer) => link?.take(payload, true),
    drained: () => {},
    closed: ({ code, detail }: { code: string; detail: string }) => {
      const error = code === 'version' ? anotherVersion(detail) : new TchatError(code, { what: detail, address: path });
      link?.end(stopped(error));
    },
  };
  const session = new Session(socket, owner, { clock: systemClock, heartbeat: new Heartbeat(systemClock) });
  session.allow(ADMIN_FRAME);
  const way = {
    send: (payload: Uint8Array) => session.send(encodeFrame(FRAME.packet, payload)),
    pause: () => session.pause(),
    resume: () => session.resume(),
    close: () => session.close('closed'),
  };
  link = new AdminLink(way, options);
  return link;
}

/** By the key of an operator. Throws what keeps them out; that they are none is the answer to what they ask first. */
export async function attachElsewhere(
  who: ClientArguments & { readonly address: string },
  options: LinkOptions,
): Promise<AdminLink> {
  const facts = await clientFacts(who);
  return new Promise((resolve, reject) => {
    let link: AdminLink | null = null;
    const over = (error: TchatError) => {
      if (link) link.end(stopped(error));
      else reject(error);
    };
    const hear = (message: ClientMessage) => {
      switch (message.is) {
        case 'online': {
          void rememberProfile(facts.profile);
          const way = {
            send: (payload: Uint8Array) => client.admin(payload),
            pause: () => client.pause(),
            resume: () => client.resume(),
            close: () => client.close(),
          };
          link = new AdminLink(way, options);
          resolve(link);
          return;
        }
        case 'admin':
          try {
            link?.take(message.reply, message.final);
          } catch (error) {
            over(asTchatError(error));
          }
          return;
        case 'admin-refused': {
          const { error } = message;
          over(error.code === 'another-version' ? anotherVersion(String(error.params['theirs'] ?? '')) : error);
          return;
        }
        case 'over':
          over(message.error);
          return;
        default:
      }
    };
    const client = new Client({ ...facts, presence: false, reconnect: false }, hear);
    client.start();
  });
}

function anotherVersion(theirs: string): TchatError {
  return new TchatError('another-version', { ours: version(), theirs });
}

/** A server that says goodbye has stopped. */
function stopped(error: TchatError): TchatError {
  return error.code === 'server-stopping' ? new TchatError('server-gone') : error;
}
