// What people take for files otherwise, measured beside tchat: scp over an sshd of its own, and socat over TLS, straight on and
// through a third one in between. Those that are not installed are left out. Nothing is hashed there, and nothing flushed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newServerKey } from '../../test/helpers/tls.ts';
import { freePort } from '../fan-out/servers.ts';
import { listens, start } from '../processes.ts';

/** Seconds from the start of the one that sends to the end of all. */
export type Copy = (file: string) => Promise<number>;

export interface Peers {
  readonly ways: Readonly<Record<string, Copy>>;
  stop(): Promise<void>;
}

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find(existsSync);

/** In a folder of their own. */
export async function openPeers(folder: string): Promise<Peers> {
  const ways: Record<string, Copy> = {};
  const ends: (() => Promise<void>)[] = [];
  if (SSHD !== undefined && installed('scp')) {
    const { copy, stop } = await openScp(SSHD, folder);
    ways['scp'] = copy;
    ends.push(stop);
  }
  if (installed('socat')) {
    const pem = join(folder, 'pem');
    const { key, certificate } = newServerKey();
    writeFileSync(pem, key + certificate, { mode: 0o600 });
    ways['socat'] = file => socat(file, { folder, pem, relays: 0 });
    ways['socat, relayed'] = file => socat(file, { folder, pem, relays: 1 });
  }
  return {
    ways,
    stop: async () => {
      for (const end of ends) await end();
    },
  };
}

function installed(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function openScp(sshd: string, folder: string): Promise<{ copy: Copy; stop: () => Promise<void> }> {
  const at = (name: string) => join(folder, name);
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(`${name}-key`)]);
  const port = await freePort();
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${at('host-key')}`, 'PidFile none'],
    ...[`AuthorizedKeysFile ${at('user-key.pub')}`, 'StrictModes no', 'UsePAM no', 'Subsystem sftp internal-sftp'],
  ];
  writeFileSync(at('sshd_config'), `${lines.join('\n')}\n`);
  const server = start(sshd, ['-D', '-e', '-f', at('sshd_config')]);
  await listens(port);
  const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
  return {
    copy: async file => {
      const to = `127.0.0.1:${at('scp-out')}`;
      const words = [
        '-q',
        '-c',
        'aes128-gcm@openssh.com',
        ...options,
        '-i',
        at('user-key'),
        '-P',
        String(port),
        file,
        to,
      ];
      const began = performance.now();
      await ended('scp', words);
      const seconds = (performance.now() - began) / 1000;
      whole(at('scp-out'), file);
      return seconds;
    },
    stop: () => server.stop(),
  };
}

interface Socats {
  readonly folder: string;
  readonly pem: string;
  readonly relays: number;
}

async function socat(file: string, { folder, pem, relays }: Socats): Promise<number> {
  const out = join(folder, 'socat-out');
  const all: Promise<void>[] = [];
  let to = `CREATE:${out}`;
  for (let n = 0; n <= relays; n++) {
    const port = await freePort();
    const from = `OPENSSL-LISTEN:${port},reuseaddr,bind=127.0.0.1,verify=0,cert=${pem}`;
    all.push(ended('socat', ['-b1048576', '-u', from, to]));
    await bound(port);
    to = `OPENSSL:127.0.0.1:${port},verify=0`;
  }
  const began = performance.now();
  all.push(ended('socat', ['-b1048576', '-u', `OPEN:${file}`, to]));
  await Promise.all(all);
  const seconds = (performance.now() - began) / 1000;
  whole(out, file);
  return seconds;
}

/** Something listens there; whoever takes one connection only must not get it from us. */
async function bound(port: number): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const listening = () =>
    execFileSync('cat', ['/proc/net/tcp'], { encoding: 'utf8' })
      .split('\n')
      .some(line => line.includes(wanted) && / 0A /.test(line));
  for (let tries = 0; tries < 200; tries++) {
    if (listening()) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens at port ${port}`);
}

async function ended(program: string, words: readonly string[]): Promise<void> {
  const child = spawn(program, [...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** What was copied is whole, and gone: the next one begins without its pages, as tchat's does. */
function whole(out: string, file: string): void {
  if (statSync(out).size !== statSync(file).size) throw new Error(`${out} is not whole`);
  rmSync(out);
}
