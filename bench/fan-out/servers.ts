// The servers that are measured, each as a process of its own: how it is started, and what it speaks.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listens, scratch, start } from '../processes.ts';

export type Speaks = 'tchat' | 'bare' | 'irc';

export interface BenchServer {
  readonly name: string;
  readonly speaks: Speaks;
  /** Whether it does so over TLS. */
  readonly tls: boolean;
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Names of the servers in the order of their columns; which of them are here, `installed` tells. */
export const SERVERS = ['tchat', 'bare-tls', 'plain', 'memory', 'bare', 'inspircd', 'ngircd'] as const;
export type ServerName = (typeof SERVERS)[number];

export interface StartOptions {
  /** dist/main.js of the build that is measured. */
  readonly program: string;
  /** More connections and members than this are refused. */
  readonly members: number;
  /** Where tchat's CPU profile goes; null: none is taken. */
  readonly profile: string | null;
  /** tchat's data, which stay; without it they go with the server. */
  readonly data?: string;
}

export function installed(name: ServerName): boolean {
  return (name !== 'inspircd' && name !== 'ngircd') || binaryOf(name) !== null;
}

export function startServer(name: ServerName, options: StartOptions): Promise<BenchServer> {
  switch (name) {
    case 'tchat':
    case 'plain':
      return startTchat(name, options);
    case 'memory':
      return startMemory(options);
    case 'bare':
    case 'bare-tls':
      return startBare(name);
    case 'inspircd':
      return startIrc(name, run => ['--nofork', '--runasroot', `--config=${run.config}`]);
    case 'ngircd':
      return startIrc(name, run => ['-n', '-f', run.config]);
    default:
      return name satisfies never;
  }
}

/** As it is by default, or without encryption. */
async function startTchat(name: 'tchat' | 'plain', options: StartOptions): Promise<BenchServer> {
  const { program, members, profile, data } = options;
  const { folder, remove } = data === undefined ? scratch() : { folder: data, remove: () => {} };
  const limit = String(members + 64);
  const node = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const limits = ['--max-users', limit, '--max-members', limit];
  const how = ['--headless', '--host', '127.0.0.1', '--port', '0', ...(name === 'plain' ? ['--no-tls'] : [])];
  const args = [...node, program, 'serve', ...how, '--data', folder, ...limits];
  const started = start(process.execPath, args, { ...process.env, TCHAT_HOME: folder });
  const line = await started.line(each => each.includes('"listening"'));
  const { port } = JSON.parse(line) as { port: number };
  const stop = () => started.stop().finally(remove);
  return { name, speaks: 'tchat', tls: name === 'tchat', pid: started.pid, port, stop };
}

/** The same server with its store in memory. */
async function startMemory({ program, members, profile }: StartOptions): Promise<BenchServer> {
  const file = fileURLToPath(new URL('../memory-server.ts', import.meta.url));
  const node = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const started = start(process.execPath, [...node, '--import=tsx', file, program, String(members + 64)]);
  const port = Number(await started.line(each => /^\d+$/.test(each)));
  return { name: 'memory', speaks: 'tchat', tls: false, pid: started.pid, port, stop: () => started.stop() };
}

async function startBare(name: 'bare' | 'bare-tls'): Promise<BenchServer> {
  const file = fileURLToPath(new URL('../bare-server.ts', import.meta.url));
  const started = start(process.execPath, ['--import=tsx', file, ...(name === 'bare-tls' ? ['tls'] : [])]);
  const port = Number(await started.line(each => /^\d+$/.test(each)));
  return { name, speaks: 'bare', tls: name === 'bare-tls', pid: started.pid, port, stop: () => started.stop() };
}

async function startIrc(
  name: 'inspircd' | 'ngircd',
  args: (run: { config: string }) => readonly string[],
): Promise<BenchServer> {
  const { folder, remove } = scratch();
  const port = await freePort();
  const template = readFileSync(new URL(`../peers/${name}.conf`, import.meta.url), 'utf8');
  const config = join(folder, `${name}.conf`);
  writeFileSync(config, template.replaceAll('@PORT@', String(port)).replaceAll('@RUN@', folder));
  const started = start(binaryOf(name) as string, args({ config }));
  await Promise.race([listens(port), started.line(() => false)]);
  return { name, speaks: 'irc', tls: false, pid: started.pid, port, stop: () => started.stop().finally(remove) };
}

function binaryOf(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map(folder => join(folder, name)).find(file => existsSync(file)) ?? null;
}

/** A port of this machine that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
