// What accounts, conversations, messages and places in the log are called.

/** An account: 22 characters, the first 16 bytes of SHA-256 over its public key, base64url. */
export type AccountId = string;
/** A room with its mark (`#lobby`), a private talk (`~` and 22 characters), or SERVER. */
export type ConversationId = string;
/** Made by the client: a UUIDv7 in its 36-character form. The same id never makes a second message. */
export type MessageId = string;
/** Place in the server's log: rising, not dense, the same for everybody. */
export type Position = number;
/** Milliseconds since 1970, by the server's clock. */
export type Millis = number;

/** An invite: 12 hexadecimal digits. What it is proven with is no part of it. */
export type InviteId = string;

/** The conversation of events that concern the whole server. */
export const SERVER: ConversationId = '*';
/** The conversation of what only the server itself needs to know; it never leaves the server. */
export const LEDGER: ConversationId = '!';
/** The room that everyone is in after the first login. */
export const LOBBY: ConversationId = '#lobby';
/** The account of the server's own console. */
export const CONSOLE: AccountId = '*';
