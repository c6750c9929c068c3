// The dashboard of tchat serve and tchat admin: maps an admin session to the screen's messages, and the screen's effects back.

import type { Command } from '../chat/vocabulary.ts';
import { readSettings } from '../config.ts';
import { EXIT, type ExitCode, type TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import type { AdminAnswers, AdminNote, CommandResult, Snapshot } from '../server/admin-session.ts';
import type { Server } from '../server/server.ts';
import {
  ACTS_ASKED,
  type Answer,
  createDashboard,
  type Effect,
  type Msg,
  type Query,
  type UserRow,
} from '../tui/dashboard/dashboard.ts';
import { openTerminal } from '../tui/kit/terminal.ts';
import { exitOf, openScreen, type Screen, THEMES, themeOr } from './screen.ts';

/** A server as its dashboard knows it. */
export interface Seat {
  /** Begins an admin session; `hear` gets its notes from then on, and `end` why it was ended, if it was. */
  open(hear: (note: AdminNote) => void, end: (error: TchatError) => void): Promise<SeatedSession>;
  /** The server runs elsewhere: the screen ends, and it goes on. */
  readonly attached: boolean;
  /** Ends the server, where it ends with the screen. Idempotent. */
  stop(): Promise<void>;
}

export interface SeatedSession {
  readonly snapshot: Snapshot;
  /** Rejects where the server is gone. */
  ask<K extends keyof AdminAnswers>(query: Partial<AdminQuery> & { readonly kind: K }): Promise<AdminAnswers[K]>;
  command(command: Command): Promise<CommandResult>;
  close(): void;
}

/** A server of this process. */
export function seatOf(server: Server): Seat {
  return {
    attached: false,
    stop: () => server.close(),
    open: async hear => {
      const admin = server.admin(hear);
      return {
        snapshot: admin.snapshot(),
        ask: async query => admin.ask({ before: null, limit: 100, whom: null, ...query }),
        command: command => admin.command(command),
        close: () => admin.close(),
      };
    },
  };
}

/** Runs until the person quits (a server of this process stops with it) or a signal comes. Rejects with what broke the screen. */
export async function runDashboard(seat: Seat): Promise<ExitCode> {
  const notes: AdminNote[] = [];
  let screen: Screen<Msg> | null = null;
  let ended: TchatError | null = null;
  // Before the terminal is taken: why there is no session is said on a plain one.
  const end = (error: TchatError) => {
    ended = error;
    screen?.stop();
  };
  const admin = await seat.open(note => {
    if (screen) show(screen, note);
    else notes.push(note);
  }, end);
  const terminal = openTerminal();
  const { width, height } = terminal;
  let theme = themeOr(readSettings(folders().config).theme);
  const stop = () => seat.stop().then(() => screen?.stop());
  const perform = (effect: Effect) => {
    switch (effect.type) {
      case 'command':
        void admin
          .command(effect.command)
          .then(result => screen?.dispatch({ type: 'result', ref: effect.ref, ...result }));
        return;
      case 'ask':
        // Whatever is not answered stays as it is: that the server is gone is said elsewhere.
        answerTo(effect.query, admin).then(
          answer => screen?.dispatch({ type: 'answer', answer }),
          () => {},
        );
        return;
      case 'quit':
        if (effect.now || seat.attached) screen?.stop();
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
  screen.dispatch(snapshotOf(admin.snapshot, seat.attached));
  for (const note of notes) show(screen, note);
  try {
    await screen.done;
  } finally {
    admin.close();
    await seat.stop();
  }
  if (ended) throw ended;
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

async function answerTo(query: Query, admin: SeatedSession): Promise<Answer> {
  switch (query.of) {
    case 'bans':
      return { of: 'bans', ...(await admin.ask({ kind: 'bans' })) };
    case 'audit': {
      const { before } = query;
      const { acts } = await admin.ask({ kind: 'audit', before, limit: ACTS_ASKED });
      return {
        of: 'audit',
        before,
        acts: acts.map(({ event, entry, undo }) => ({ position: event.position, entry, undo })),
      };
    }
    case 'settings':
      return { of: 'settings', settings: await admin.ask({ kind: 'settings' }) };
    case 'rooms':
      return { of: 'rooms', ...(await admin.ask({ kind: 'rooms' })) };
    case 'transfers':
      return { of: 'transfers', ...(await admin.ask({ kind: 'files' })) };
    case 'person':
      return { of: 'person', whom: query.whom, ...(await admin.ask({ kind: 'person', whom: query.whom })) };
    default:
      return query satisfies never;
  }
}

function snapshotOf({ server, users, ...rest }: Snapshot, attached: boolean): Msg {
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  return {
    type: 'snapshot',
    ...rest,
    server: { ...server, address: `${host}:${server.port}`, attached },
    users: rowsOf(users),
  };
}

function rowsOf(users: Snapshot['users']): readonly UserRow[] {
  return users.map(({ here: _here, ...row }) => row);
}
