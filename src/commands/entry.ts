// Who may come into a server and operate it, as `tchat serve` was told.
import { TchatError } from '../errors.ts';
import { openEntrySecrets, withPassword } from '../identity/entry-secrets.ts';
import type { EntryRules } from '../server/entrance.ts';
import type { Server } from '../server/server.ts';

export interface EntryArguments {
  readonly inviteOnly?: boolean;
  /** False: the password that the server has is taken away. */
  readonly password?: boolean;
}

/** The rules of a server whose data is in `folder`; `password`: a new one, or null. To be called by who holds the log. */
export async function entryOf(folder: string, options: EntryArguments, password: string | null): Promise<EntryRules> {
  let secrets = openEntrySecrets(folder);
  if (password !== null) secrets = await withPassword(folder, secrets, password);
  else if (options.password === false && secrets.password) secrets = await withPassword(folder, secrets, null);
  return { inviteOnly: options.inviteOnly === true, ...secrets };
}

/** Makes operators of those that are named; closes the server where one is not known, and throws why. */
export async function appoint(server: Server, wanted: readonly string[]): Promise<void> {
  const admin = server.admin(() => {}, false);
  for (const each of wanted) {
    const account = /^[A-Za-z0-9_-]{22}$/.test(each);
    const target = account ? ({ to: 'account', account: each } as const) : ({ to: 'name', name: each } as const);
    const result = await admin.command({ kind: 'role', target, role: 'operator' });
    if (result.ok || result.code === 'role-same') continue;
    await server.close();
    throw new TchatError(result.code, result.params);
  }
  admin.close();
}
