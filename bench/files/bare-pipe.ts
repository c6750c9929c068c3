// The ceiling for files: one process writes a file to another over TLS 1.3 by Node's own streams, with no hash, no flow but the
// socket's, and nobody in between. `receive FILE` prints its port; `send FILE PORT`.
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { connect, createServer } from 'node:tls';
import { newServerKey } from '../../test/helpers/tls.ts';

const [what = '', file = '', port = ''] = process.argv.slice(2);
const highWaterMark = 1024 * 1024;
if (what === 'receive') {
  const { key, certificate } = newServerKey();
  const server = createServer({ key, cert: certificate, minVersion: 'TLSv1.3', noDelay: true }, socket => {
    void pipeline(socket, createWriteStream(file, { highWaterMark })).then(() => process.exit(0));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
  });
} else {
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
  await pipeline(createReadStream(file, { highWaterMark }), socket);
}
