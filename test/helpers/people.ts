// People in front of real screens: a running server and clients that have joined it.
import type { ExecutionContext } from 'ava';
import { openPty, type Pty, type PtyOptions } from './pty.ts';
import { startServer, type TestServer } from './server.ts';

/** A server that is stopped with the test. */
export async function serverFor(t: ExecutionContext, args: readonly string[] = []): Promise<TestServer> {
  const server = await startServer({ args });
  t.teardown(() => server.stop());
  return server;
}

/** Somebody whose client shows that it is connected. */
export async function joined(
  t: ExecutionContext,
  server: TestServer,
  name: string,
  options: PtyOptions & { args?: readonly string[] } = {},
): Promise<Pty> {
  const pty = openPty(['join', server.address, '--name', name, ...(options.args ?? [])], options);
  t.teardown(() => pty.close());
  await pty.waitFor(/●|connected/);
  await pty.waitFor(/lobby/);
  return pty;
}

/** Types a line and sends it. */
export function say(pty: Pty, line: string): void {
  pty.type(line);
  pty.press('Enter');
}

/** The row that holds a text, or a failure with a picture of the screen. */
export function rowOf(pty: Pty, text: string): string {
  const row = pty.screen().find(each => each.includes(text));
  if (row === undefined) throw new Error(`nowhere on the screen: ${text}\n${pty.screen().join('\n')}`);
  return row;
}
