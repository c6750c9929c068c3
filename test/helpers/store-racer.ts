// A process that opens a client's store in each of some folders when it is told to, writes a line and an event there, says
// what it has, and stays until it is killed.
import { join } from 'node:path';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';

const [folder = '', count = '0', who = '0'] = process.argv.slice(2);
process.on('message', () => {
  try {
    for (let n = 0; n < Number(count); n++) {
      const store = SqliteClientStore.open(join(folder, String(n), 'server.db'));
      store.enter('one', 100);
      const text = `${who} in ${n}`;
      store.add({
        ...{ id: text, time: 1, server: 'one', refusal: null },
        command: {
          ...{ kind: 'post', target: { to: 'room', room: '#lobby' }, action: false },
          body: { kind: 'text', text },
        },
      });
      const head = { position: 7, time: 1, conversation: '#lobby', account: 'bob', from: 'bob', id: null } as const;
      store.keep([{ ...head, kind: 'joined' }], 7);
      store.flush();
      if (store.queued().length !== 1) throw new Error(`took ${store.queued().length} lines in ${n}`);
    }
    process.send?.('done');
  } catch (error) {
    process.send?.(String((error as Error).stack) + String((error as Error).cause));
  }
});
process.send?.('ready');
