// A socket in the file system, for those who may open its file: nobody but its owner.
import { createServer, type Socket } from 'node:net';
import { TchatError } from '../errors.ts';

/**
 * Listens; the answer stops it. What is there from a process that was killed is the caller's to take away: they know
 * whose folder it is. Throws a TchatError `admin-socket`.
 */
export async function listenLocally(path: string, accept: (socket: Socket) => void): Promise<() => void> {
  const server = createServer(accept);
  // Nobody else may open it, not even between its making and a change of its mode.
  const mask = process.umask(0o177);
  const listening = new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      reject(new TchatError('admin-socket', { file: path, reason: error.code ?? error.message }, error));
    };
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      resolve();
    });
  });
  process.umask(mask);
  await listening;
  server.on('error', () => {});
  return () => server.close(() => {});
}
