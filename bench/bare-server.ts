// The ceiling: the least that a server in Node can do. Frames (four bytes length, one byte type, payload) of any one
// connection go to all connections that have sent nothing, those of one turn of the event loop in one write each.
// It knows no accounts, no rooms, no history, no acks; nobody can be slower than it wants. With the argument `tls` the same
// over TLS 1.3, with the settings and the kind of key that tchat has.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { newServerKey } from '../test/helpers/tls.ts';

const HEADER = 5;

const readers = new Set<Socket>();
let batch: Uint8Array[] = [];

function flush(): void {
  const frames = batch.length === 1 ? (batch[0] as Uint8Array) : Buffer.concat(batch);
  batch = [];
  for (const reader of readers) reader.write(frames);
}

function entered(socket: Socket): void {
  let held: Buffer = Buffer.alloc(0);
  readers.add(socket);
  socket.on('data', (chunk: Buffer) => {
    readers.delete(socket);
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let end = 0;
    while (bytes.length - end >= HEADER) {
      const next = end + HEADER + bytes.readUInt32BE(end);
      if (next > bytes.length) break;
      end = next;
    }
    held = bytes.subarray(end);
    if (end > 0 && batch.push(bytes.subarray(0, end)) === 1) setImmediate(flush);
  });
  socket.on('error', () => {});
  socket.on('close', () => readers.delete(socket));
}

function encrypted(): Server {
  const { key, certificate } = newServerKey();
  return createTlsServer(
    { key, cert: certificate, minVersion: 'TLSv1.3', ALPNProtocols: ['tchat/1'], noDelay: true },
    entered,
  );
}

const server = process.argv[2] === 'tls' ? encrypted() : createServer({ noDelay: true }, entered);

server.listen(0, '127.0.0.1', 1024, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
process.once('SIGTERM', () => process.exit(0));
