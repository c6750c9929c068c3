// The chat screen as a program: what it starts from, how it changes, how it looks. What it needs and wants is in messages.ts.
import type { Program } from '../kit/program.ts';
import type { Effect, Msg } from './messages.ts';
import { type ChatOptions, createModel, type Model } from './model.ts';
import { update } from './update.ts';
import { view } from './view.ts';

export type { ConversationRef, Effect, JumpTo, Kept, KeptLine, Link, Msg, SendRef } from './messages.ts';
export type { FileEffect } from './messages-files.ts';
export type { ChatOptions, KnownServer, Model } from './model.ts';
export type { FolderEntry, Transfer } from './model-files.ts';

/** The chat screen. Errors: those of keyTable, when a key of the configuration is none or is used twice. */
export function createChat(options: ChatOptions): Program<Model, Msg, Effect> {
  return { init: [createModel(options), []], update, view };
}
