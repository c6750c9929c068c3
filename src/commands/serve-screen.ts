// The dashboard of tchat serve: maps an admin session to the screen's messages, and the screen's effects back.
import { readSettings } from '../config.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { folders } from '../folders.ts';
import type { AdminNote } from '../server/admin-session.ts';
import type { Server } from '../server/server.ts';
import { createDashboard, type Effect, type Msg, type UserRow } from '../tui/dashboard/dashboard.ts';
import { openTerminal } from '../tui/kit/terminal.ts';
import type { ServerNotice } from './reachable.ts';
import { exitOf, openScreen, type Screen, THEMES, themeOr } from './screen.ts';

/** Runs until the person quits (the server stops with it) or a signal comes. Rejects with what broke the screen. */
export async function runDashboard(server: Server, notice: ServerNotice): Promise<ExitCode> {
  const terminal = openTerminal();
  const { width, height } = terminal;
  let theme = themeOr(readSettings(folders().config).theme);
  const notes: AdminNote[] = [];
  let screen: Screen<Msg> | null = null;
  const admin = server.admin(note => {
    if (screen) show(screen, note);
    else notes.push(note);
  });
  const stop = () => server.close().then(() => screen?.stop());
  const perform = (effect: Effect) => {
    switch (effect.type) {
      case 'command':
        void admin
          .command(effect.command)
          .then(result => screen?.dispatch({ type: 'result', ref: effect.ref, ...result }));
        return;
      case 'quit':
        if (effect.now) screen?.stop();
        else void stop();
        return;
      case 'redraw':
        screen?.redraw();
        return;
      case 'theme': {
        const next = THEMES[(THEMES.indexOf(theme.name as (typeof THEMES)[number]) + 1) % THEMES.length] ?? THEMES[0];
        theme = themeOr(next);
        screen?.setTheme(theme);
        return;
      }
      case 'copy':
        screen?.copy(effect.text);
        return;
      default:
        effect satisfies never;
    }
  };
  const messages = {
    input: (event, target) => ({ type: 'input', event, target }),
    resized: (columns, rows) => ({ type: 'resized', width: columns, height: rows }),
  } satisfies Parameters<typeof openScreen<unknown, Msg, Effect>>[3];
  screen = openScreen(terminal, theme, createDashboard({ width, height }), messages, perform);
  screen.dispatch(snapshotOf(admin.snapshot(), notice));
  for (const note of notes) show(screen, note);
  try {
    await screen.done;
  } finally {
    admin.close();
    await server.close();
  }
  return screen.ending === null ? EXIT.done : exitOf(screen.ending);
}

function show(screen: Screen<Msg>, note: AdminNote): void {
  switch (note.is) {
    case 'log':
      screen.dispatch({ type: 'log', entries: note.entries });
      return;
    case 'stats':
      screen.dispatch({ type: 'users', rows: rowsOf(note.users) });
      screen.dispatch({ type: 'stats', stats: note.stats });
      return;
    case 'closing':
      screen.dispatch({ type: 'closing' });
      return;
    default:
      note satisfies never;
  }
}

function snapshotOf(snapshot: ReturnType<ReturnType<Server['admin']>['snapshot']>, notice: ServerNotice): Msg {
  const { server, users, ...rest } = snapshot;
  const { link, fingerprint } = notice;
  const joining = { link, ...(fingerprint ? { fingerprint: fingerprint.toString('base64url') } : {}) };
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  return {
    type: 'snapshot',
    ...rest,
    server: { ...server, address: `${host}:${server.port}`, ...joining },
    users: rowsOf(users),
  };
}

function rowsOf(users: ReturnType<ReturnType<Server['admin']>['snapshot']>['users']): readonly UserRow[] {
  return users.map(({ here: _here, ...row }) => row);
}
