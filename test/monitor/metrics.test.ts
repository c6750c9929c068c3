// The metrics of a server and its check: what Prometheus reads, by its rules for names, and nothing of anybody in it.
import { request } from 'node:http';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { MONITOR_CONNECTIONS } from '../../src/limits.ts';
import { Metrics } from '../../src/monitor/metrics.ts';
import { MetricsServer } from '../../src/monitor/metrics-server.ts';
import { newProfile, openClient, openRaw, openServer, postToName } from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';

const LOOPBACK = '127.0.0.1';

async function scene(t: ExecutionContext) {
  const metrics = new Metrics();
  const log = new HeldLog();
  const http = await MetricsServer.open({ host: LOOPBACK, port: 0 }, metrics);
  t.teardown(() => http.close());
  const get = (path: string, method = 'GET') => ask(http.address.port, path, method);
  const server = await openServer(t, { log, measure: metrics });
  const { version, port } = server.facts;
  const watch = () => metrics.watch({ version, totals: () => server.totals(), health: () => server.health });
  return { metrics, http, get, log, server, port, watch };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function ask(port: number, path: string, method: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: LOOPBACK, port, path, method, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    });
    asked.on('error', reject).end();
  });
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of the text format, each line of which must be a comment or one of them. */
function samplesOf(text: string): Sample[] {
  return text.split('\n').flatMap(line => {
    if (line === '' || /^# (?:HELP|TYPE) [a-z0-9_]+ /.test(line)) return [];
    const [, name = '', labels = '', value] = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    // What was not measured yet is no number: the library writes it so, and Prometheus reads it so.
    if (name === '' || !/^(?:-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|nan)$/i.test(value ?? '')) {
      throw new Error(`no sample: ${line}`);
    }
    const pairs = [...labels.matchAll(/([a-z0-9_]+)="([^"]*)"/g)].map(match => [match[1], match[2]]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

const numberOf = (samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}) =>
  samples.find(each => each.name === name && Object.entries(labels).every(([key, value]) => each.labels[key] === value))
    ?.value;

// Red when a counter is set from a rate, or a refusal is counted twice.
test('the numbers are those of what happened', async t => {
  const { get, port, server, watch } = await scene(t);
  watch();
  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  await alice.join('#den');
  await bob.says('#den', 'SECRET');
  await alice.text('SECRET');
  await bob.does(postToName('alice', 'SECRET too'));
  const stranger = await openRaw(t, newProfile('mallory'), { port });
  stranger.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  await stranger.ended();
  const { text, status, type } = await get('/metrics');
  t.is(status, 200);
  t.regex(type, /^text\/plain; version=0\.0\.4/);
  const samples = samplesOf(text);
  const value = (name: string, labels = {}) => numberOf(samples, name, labels);
  t.is(value('tchat_info', { version: '0' }), 1);
  t.is(value('tchat_users'), 2);
  t.is(value('tchat_rooms'), 2);
  t.is(value('tchat_connections'), 2);
  t.is(value('tchat_connections_limit'), server.admin(() => {}, false).snapshot().limit);
  t.is(value('tchat_messages_total'), 2);
  t.is(value('tchat_logins_total'), 2);
  t.is(value('tchat_refused_connections_total', { code: 'not-tchat' }), 1);
  t.is(value('tchat_storage_up'), 1);
  t.is(value('tchat_admin_sessions'), 0);
  // Two claims, the lobby and another room, three who joined, two messages.
  t.is(value('tchat_log_events_total'), 9);
  t.true((value('tchat_log_write_duration_seconds_count') ?? 0) > 0);
  t.true((value('tchat_received_bytes_total') ?? 0) > 0 && (value('tchat_sent_bytes_total') ?? 0) > 0);
  t.true((value('process_resident_memory_bytes') ?? 0) > 0);
  const again = samplesOf((await get('/metrics')).text);
  t.is(numberOf(again, 'tchat_messages_total'), 2, 'asking counts nothing');
});

test('names keep to the rules of Prometheus, and no label tells of anybody', async t => {
  const { get, port, watch } = await scene(t);
  watch();
  const alice = await openClient(t, 'alice', { port });
  await alice.says('#den', 'SECRET');
  const { text } = await get('/metrics');
  const types = new Map([...text.matchAll(/^# TYPE ([a-z0-9_]+) ([a-z]+)$/gm)].map(match => [match[1], match[2]]));
  for (const [name = '', type] of types) {
    t.true(new RegExp(`^# HELP ${name} \\S`, 'm').test(text), name);
    if (!name.startsWith('tchat_')) continue;
    t.is(type === 'counter', name.endsWith('_total'), name);
    t.false(/(?:milliseconds|kilobytes|percent)/.test(name), name);
  }
  for (const { name, labels } of samplesOf(text)) {
    if (!name.startsWith('tchat_')) continue;
    for (const [label, value] of Object.entries(labels)) {
      t.true(['version', 'code', 'le'].includes(label), `${name} ${label}`);
      t.regex(value, /^(?:[a-z-]+|[\d.]+|\+Inf)$/);
    }
  }
  for (const word of ['alice', '#den', 'SECRET', LOOPBACK]) t.false(text.includes(word), word);
});

test('the check tells whether the server keeps what it is given', async t => {
  const { get, log, server, watch } = await scene(t);
  t.deepEqual([(await get('/health')).status, (await get('/health')).text], [503, '{"status":"starting"}\n']);
  watch();
  t.deepEqual([(await get('/health')).status, (await get('/health')).text], [200, '{"status":"ok"}\n']);
  log.fails = true;
  log.recover = () => Promise.reject(new Error('gone'));
  const result = await server.admin(() => {}, false).command({ kind: 'motd', text: 'x' });
  t.false(result.ok);
  const failed = await get('/health');
  t.deepEqual([failed.status, failed.text], [503, '{"status":"storage-failed"}\n']);
  const samples = samplesOf((await get('/metrics')).text);
  t.is(numberOf(samples, 'tchat_storage_up'), 0);
  t.is(numberOf(samples, 'tchat_warnings_total', { code: 'storage-failed' }), 1);
  const closed = server.close();
  t.is((await get('/health')).text, '{"status":"stopping"}\n');
  await closed;
});

test('nothing else is there to be had', async t => {
  const { get } = await scene(t);
  t.is((await get('/')).status, 404);
  t.is((await get('/metrics/../etc')).status, 404);
  t.is((await get('/metrics?x=1')).status, 200);
  t.is((await get('/metrics', 'POST')).status, 405);
  t.is((await get('/metrics', 'HEAD')).text, '');
});

test('an address that is taken is one sentence; whoever holds connections open takes no more than there are', async t => {
  const { http } = await scene(t);
  await t.throwsAsync(MetricsServer.open(http.address, new Metrics()), { code: 'metrics-address' });
  const ended: Promise<unknown>[] = [];
  for (let n = 0; n < MONITOR_CONNECTIONS * 2; n++) {
    const socket = connect(http.address);
    t.teardown(() => socket.destroy());
    socket.on('error', () => {});
    ended.push(new Promise(resolve => socket.once('close', resolve)));
    await new Promise(resolve => socket.once('connect', resolve));
  }
  // Those above the limit are closed at once, the others once they have been too slow, or with the server.
  await Promise.race(ended);
  http.close();
  await Promise.all(ended);
  t.pass();
});
