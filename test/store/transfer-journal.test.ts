// The contract of the journal of files, run on both twins; and what only the durable one promises: it outlives its process, and
// two processes of one profile never go on with the same file.
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { MemoryTransferJournal } from '../../src/store/memory-transfer-journal.ts';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';
import { TRANSFER_STATES, type TransferJournal, type TransferRecord } from '../../src/store/transfer-journal.ts';
import { temporaryHome } from '../helpers/program.ts';

function record(n: number, changes: Partial<TransferRecord> = {}): TransferRecord {
  return {
    ...{ server: 'one', account: 'alice', id: `id-${n}`, way: 'in', conversation: '~talk', peer: 'alice' },
    ...{ state: 'running', time: 1_000 + n, name: 'a \u202e"中".pdf', folder: false, files: 1, size: 2 ** 40 + n },
    ...{ modified: null, executable: true, path: '/home/x/Downloads', print: null, fault: null },
    part: { part: 'x.part', inode: '18446744073709551615', boot: 'b', synced: 5, placing: { name: 'a', inode: '7' } },
    ...changes,
  };
}

function fileIn(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'client.db');
}

function storeAt(t: ExecutionContext, file: string): SqliteClientStore {
  const store = SqliteClientStore.open(file);
  t.teardown(() => store.close());
  return store;
}

const JOURNALS: readonly { readonly name: string; readonly open: (t: ExecutionContext) => TransferJournal }[] = [
  { name: 'memory', open: () => new MemoryTransferJournal() },
  { name: 'sqlite', open: t => storeAt(t, fileIn(t)).transfers },
];

for (const { name, open } of JOURNALS) {
  test(`${name}: records come back as they are now, in the order in which they were put first, for their server alone`, t => {
    const journal = open(t);
    for (const each of [record(3), record(1), record(2, { server: 'another' })]) t.true(journal.put(each));
    t.true(journal.put(record(3, { state: 'paused', part: null })));
    journal.note(record(1, { size: 7 }));
    journal.note(record(1, { size: 8 }));
    t.deepEqual(journal.list('one'), [record(3, { state: 'paused', part: null }), record(1, { size: 8 })]);
    t.deepEqual(journal.list('another'), [record(2, { server: 'another' })]);
    t.deepEqual(journal.list('none'), []);
  });

  // Red when what waits to be written is written after what was put later.
  test(`${name}: what is put counts more than what was noted before, and what was never put is not noted`, t => {
    const journal = open(t);
    journal.put(record(1));
    journal.note(record(1, { size: 1 }));
    journal.put(record(1, { size: 2 }));
    journal.note(record(9));
    t.deepEqual(journal.list('one'), [record(1, { size: 2 })]);
    journal.drop(record(1));
    journal.put(record(1, { size: 3 }));
    t.deepEqual(journal.list('one'), [record(1, { size: 3 })]);
    journal.note(record(1, { size: 4 }));
    journal.drop(record(1));
    t.deepEqual(journal.list('one'), []);
  });

  test(`${name}: only what is over is forgotten in time`, t => {
    const journal = open(t);
    TRANSFER_STATES.forEach((state, n) => void journal.put(record(n, { state })));
    journal.forget(1_000 + TRANSFER_STATES.length - 1);
    t.deepEqual(
      journal.list('one').map(({ state }) => state),
      ['offered', 'running', 'paused', 'expired'],
    );
  });
}

test('what was put is there after a restart, and what another process was at when that is no more', t => {
  const file = fileIn(t);
  const first = storeAt(t, file);
  const second = storeAt(t, file);
  first.transfers.put(record(1));
  second.transfers.put(record(2));
  t.false(second.transfers.put(record(1, { state: 'declined' })), 'somebody is at it');
  second.transfers.note(record(1, { state: 'declined' }));
  t.deepEqual(second.transfers.list('one'), [record(2)]);
  t.deepEqual(first.transfers.list('one'), [record(1)]);
  second.close();
  const third = storeAt(t, file);
  t.deepEqual(third.transfers.list('one'), [record(2)]);
  first.transfers.put(record(1, { state: 'failed' }));
  t.true(third.transfers.put(record(1)), 'what is over may begin again');
  t.deepEqual(third.transfers.list('one'), [record(1), record(2)]);
});
