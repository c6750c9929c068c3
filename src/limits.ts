// Every number that bounds something: value, unit, reason. An administrator's settings start from these.

const KIB = 1024;
const SECOND = 1000;

/** Bytes of the frame header (length and type), see docs/protocol.md. */
export const FRAME_HEADER = 5;
/** Bytes of one frame's payload before login: a hello and a login need some 300. */
export const FRAME_BEFORE_LOGIN = 4 * KIB;
/** Bytes of a file in one frame, on connections for files alone: its payload has room for what sealing adds. */
export const CHUNK = KIB * KIB;
export const FRAME_DATA = CHUNK + KIB;
/** Bytes that a peer may send in all before it is logged in. */
export const BYTES_BEFORE_LOGIN = 16 * KIB;
/** Bytes of one frame's payload after login: a page of history fits, a flood does not. */
export const FRAME_CONTROL = 64 * KIB;
/** Levels of nesting in a decoded value: deeper ones overflow the stack of JSON and structuredClone. */
export const VALUE_DEPTH = 16;

/** UTF-8 bytes of a message's text: a screenful, not a file. */
export const MESSAGE_BYTES = 8 * KIB;
/** Lines of a message: more would push everybody else's words off the screen. */
export const MESSAGE_LINES = 200;
/** Bytes of a sealed body: 8 KiB of text, padded, wrapped for several devices. */
export const SEALED_BYTES = 24 * KIB;
/** Combining marks kept on one character: more draw over the neighbouring lines. */
export const MARKS_PER_CLUSTER = 8;
/** Code points. */
export const NAME_LENGTH = 32;
/** Code points, without the leading #. */
export const ROOM_LENGTH = 48;
/** Code points. */
export const TOPIC_LENGTH = 300;
/** Code points, of a reason given for a kick or a leave. */
export const REASON_LENGTH = 200;
/** Code points of a reaction: an emoji with its joiners, or a short word. */
export const REACTION_LENGTH = 16;
/** Reactions of all people on one message: they travel with it. */
export const REACTIONS_PER_MESSAGE = 64;
/** Code points of a search, and of what is said on going away. */
export const SEARCH_LENGTH = 200;
export const AWAY_LENGTH = 200;
/** UTF-8 bytes of the message of the day: a few lines above everybody's first look. */
export const MOTD_BYTES = 2 * KIB;
/** Seconds of a slow room, at most. */
export const SLOW_LONGEST = 6 * 3600;
/** Moderators of one room. */
export const MODERATORS = 32;
/** Milliseconds of a sanction, at most: ten years; longer ones are for good. */
export const SANCTION_LONGEST = 3650 * 24 * 3600 * SECOND;

/** Bounds of what operators may set while the server runs. */
export const SETTING_BOUNDS = {
  'connections-per-address': { least: 1, most: 100_000 },
  'unauthenticated-per-address': { least: 1, most: 256 },
  'new-per-minute': { least: 1, most: 100_000 },
  'members-per-room': { least: 1, most: 100_000 },
  'commands-per-second': { least: 1, most: 100_000 },
  'commands-at-once': { least: 1, most: 100_000 },
  'file-mib': { least: 1, most: 16 * KIB * KIB },
  'offers-per-account': { least: 1, most: 10_000 },
  'files-at-once': { least: 1, most: 64 },
  'spool-mib': { least: 0, most: 1024 * KIB * KIB },
  'spool-mib-per-account': { least: 0, most: 1024 * KIB * KIB },
  'spool-days': { least: 1, most: 366 },
} as const;

/** Words of a search whose last letters may be missing, from the last: each takes the server up to 20 ms in a log of a million. */
export const SEARCH_OPEN_WORDS = 4;
/** Code points of a server's name. */
export const SERVER_NAME_LENGTH = 64;

/** Wrong passwords a minute, of all addresses and of one. */
export const GUESSES = 60;
export const GUESSES_PER_ADDRESS = 10;
/** UTF-8 bytes of a password or passphrase. */
export const SECRET_BYTES = 1 * KIB;
/** Names of before that stay with whoever was called so: nobody can step into them, and nobody can gather them. */
export const NAMES_HELD = 2;
/** Networks that operators may exempt. */
export const EXEMPT_NETWORKS = 256;
/** Bytes of an invite's token: an id and a key that nobody guesses. */
export const INVITE_TOKEN = 22;
/** Times that one invite may be used: a whole school. */
export const INVITE_USES = 10_000;
/** Hours that an invite may hold: a year. */
export const INVITE_HOURS = 366 * 24;
/** Invites that a list shows: the newest. */
export const INVITES_LISTED = 50;
/** Notes of one answer. */
export const NOTES = 64;
/** Code points of a note to an invite. */
export const NOTE_LENGTH = 100;

/** Rooms that one account may be a member of. */
export const ROOMS_PER_ACCOUNT = 64;
/** Rooms that one account may have created. */
export const ROOMS_OWNED = 10;
/** Members of one room unless the operator allows more (`tchat serve --max-members`); the benchmark runs with 1,000. */
export const MEMBERS_PER_ROOM = 500;
/** Live sessions of one account: a person's terminals and scripts. */
export const SESSIONS_PER_ACCOUNT = 8;

/** Commands of an account: at once, and a second after that. */
export const COMMANDS_BURST = 20;
export const COMMANDS_PER_SECOND = 5;
/** Its history and search calls: a client that comes back asks for a page of each of its talks. */
export const QUERIES_BURST = 64;
export const QUERIES_PER_SECOND = 5;
/** Milliseconds for which somebody who asks too fast is slowed before they are refused. */
export const PACE_PATIENCE = 120 * SECOND;
/** Connections of one address a minute that do not log in. */
export const CONNECTIONS_PER_MINUTE = 32;

/** Connections that a server holds at once. */
export const CONNECTIONS = 1_000;
/** Connections not yet logged in, of all peers together: bounds what strangers can hold. */
export const CONNECTIONS_UNAUTHENTICATED = 256;
/** Open connections of one address (/32 or /64). */
export const CONNECTIONS_PER_ADDRESS = 16;
/** Connections of one address that are not logged in. */
export const UNAUTHENTICATED_PER_ADDRESS = 8;
/** Addresses to which the limits an address do not apply. */
export const EXEMPT_ADDRESSES: readonly string[] = ['127.0.0.1', '::1'];
/** Milliseconds for TLS and the login together. */
export const LOGIN_TIMEOUT = 10 * SECOND;
/** Bytes of the message with which a TLS client begins: OpenSSL allocates what it declares, and real ones need some 2 KiB. */
export const TLS_HELLO_BYTES = 8 * KIB;
/** Earlier keys of a server that vouch for the next: whoever has missed more of them has to be told the new one. */
export const ROTATIONS_KEPT = 16;
/** Milliseconds after which the lock of the file of known servers was left by a process that died. */
export const KNOWN_SERVERS_LOCK = 2 * SECOND;

/** Milliseconds without a received byte until a ping goes out. */
export const PING_IDLE = 30 * SECOND;
/** Milliseconds without a received byte until the peer counts as dead. */
export const PEER_DEAD = 75 * SECOND;
/** Bytes queued for a peer above which the server pushes nothing more to it and lets it pull. */
export const OUTBOUND_QUEUED = 64 * KIB;
/** Milliseconds in which those who come and go are gathered, so that a crowd is told of in one piece. */
export const PRESENCE_GATHERED = 200;
/** People who come or go within that time and are told of at once. */
export const PRESENCE_AT_ONCE = 8;
/** Milliseconds that a peer with something queued may take no byte at all. */
export const OUTBOUND_STALLED = 30 * SECOND;
/** Milliseconds that a peer gets to read the reason before its connection is cut. */
export const CLOSE_LINGER = 1 * SECOND;
/** Commands of one session in the server's hands at once; above it the session is read no further. */
export const COMMANDS_IN_FLIGHT = 256;

/** Milliseconds of the first reconnect delay, doubling to the second number, with full jitter. */
export const RECONNECT_FIRST = 500;
export const RECONNECT_LONGEST = 30 * SECOND;
/** Milliseconds that a dial may take before it counts as failed. */
export const DIAL_TIMEOUT = 10 * SECOND;

/** Messages that a client keeps unacknowledged on the wire: one round trip's worth of a fast network. */
export const UNACKED_MESSAGES = 64;
/** Bytes of the same. */
export const UNACKED_BYTES = 256 * KIB;

/** Events of the memory store. */
export const MEMORY_EVENTS = 20_000;
/** Events of one page of history; the page ends earlier at PAGE_BYTES. */
export const PAGE_EVENTS = 200;
/** Bytes of one page, below the frame limit with room for its envelope. */
export const PAGE_BYTES = 48 * KIB;
/** Lines of one conversation that a screen holds; older ones are fetched again when scrolled to. */
export const LINES_HELD = 5_000;
/** Messages of one conversation that a screen has not loaded and of which it remembers what was done about them meanwhile. */
export const CHANGES_HELD = 1_000;
/** Offers of which a screen remembers what became of them, beyond its lines. */
export const FATES_HELD = 2_000;
/** Entries of a folder that are listed to choose from. */
export const FOLDER_ENTRIES = 5_000;
/** Paths that one paste may hold to be taken for files, and its UTF-16 units. */
export const PASTED_PATHS = 64;
export const PASTED_PATHS_BYTES = 16 * KIB;
/** What a path that is being written may become, at most. */
export const PATH_CHOICES = 200;
/** Milliseconds that an offer made on the screen waits for an answer before it goes into the server's store. */
export const SCREEN_PATIENCE = 60 * SECOND;
/** Hits of a search that are looked for before the person asks for more: more than the highest screen shows. */
export const HITS_AHEAD = 60;
/** Milliseconds between two keys within which a search waits for the next. */
export const SEARCH_PAUSE = 150;

/** Unread messages of a conversation that are counted; more are shown as so many and more. */
export const UNREAD_COUNTED = 999;
/** Missed events of a conversation that are counted: a client asks only whether they are few. */
export const MISSED_COUNTED = 300;

/** Parts of a room's past that are told apart, by its closing and opening or by one's own leaving and coming back. */
export const PARTS_KEPT = 32;

/** What may wait for one account that is away, private words and what is done about them: in all, in bytes, of a sender. */
export const WAITING_MESSAGES = 10_000;
export const WAITING_BYTES = 64 * KIB * KIB;
export const WAITING_PER_SENDER = 2_000;

const DAY = 24 * 3600 * SECOND;
/** Days and bytes of history that are kept unless the operator says otherwise. */
export const KEPT_DAYS = 365;
export const KEPT_BYTES = 2 * KIB * KIB * KIB;
/** Milliseconds that private talk is kept in any case: it may wait for somebody who is away. */
export const PRIVATE_KEPT = 30 * DAY;
/** Milliseconds for which an id is known as answered, also when its message is kept no longer. */
export const RECEIPTS_KEPT = 31 * DAY;
/** Milliseconds between two looks at what has expired, and events that one step takes away. */
export const EXPIRY_INTERVAL = 60 * SECOND;
export const EXPIRY_STEP = 250;
/** Milliseconds between two steps: what people write meanwhile is not held up. */
export const EXPIRY_BREATH = 20;
/** Milliseconds that the clock may jump before nothing expires any more until an operator has looked. */
export const CLOCK_JUMP = 3600 * SECOND;
/** Milliseconds that a server may have been off before its clock counts as jumped. */
export const LONGEST_OFF = 30 * DAY;

/** Milliseconds between two words to the server about what was read, or what is stored. */
export const TOLD_INTERVAL = 200;
/** Newest events of a conversation that a client keeps on disk: what one looks back at without a server. */
export const CACHED_EVENTS = 1_000;

/** Bytes of UTF-8 in the name of a file: what the usual file systems take. */
export const FILE_NAME_BYTES = 255;
/** Files and empty folders of one folder that is sent; folders within folders; bytes of the list that goes ahead of them. */
export const MANIFEST_ENTRIES = 100_000;
export const FOLDER_DEPTH = 32;
export const MANIFEST_BYTES = 16 * KIB * KIB;
/** Bytes of a file that are read and hashed at once: more gains nothing, less costs calls. */
export const PIECE = 240 * KIB;
/** Bytes of an arriving file after which the disk is told to keep them, and that may wait for it: what a power cut takes. */
export const SYNC_BYTES = 16 * KIB * KIB;
export const UNSYNCED_BYTES = 128 * KIB * KIB;
/** Milliseconds after which it is told in any case, where the file comes slowly. */
export const SYNC_INTERVAL = 1 * SECOND;
/** Bytes left free on a disk: where files are received, and where a server keeps them. */
export const DOWNLOADS_LEAVE = 64 * KIB * KIB;
export const SPOOL_LEAVES = KIB * KIB * KIB;
/** Numbers that are tried for a file whose name is taken. */
export const NAMES_TRIED = 10_000;

/** Milliseconds that a stopping server waits for what is queued. */
export const DRAIN = 10 * SECOND;
/** Milliseconds between two repaints for arrivals: 30 a second, a key paints at once. */
export const REPAINT_INTERVAL = 33;
/** Bytes of a frame to an operator's screen: a list of all who are connected. */
export const ADMIN_FRAME = 4 * KIB * KIB;
/** Bytes of one piece of it to an operator elsewhere: below the frame limit, with room for its envelope. */
export const ADMIN_PIECE = 48 * KIB;
/** Lines of the live log that wait for an operator's screen that reads slowly; of those above it only the number is told. */
export const ADMIN_HELD = 2_000;
/** Lines of the live log in one frame, and UTF-16 units of one line: the rest of a long message says nothing about a server. */
export const ADMIN_LINES = 100;
export const ADMIN_TEXT = 400;
/** Connections to the metrics' address at once, and milliseconds that a request may take to come. */
export const MONITOR_CONNECTIONS = 16;
export const MONITOR_TIMEOUT = 5 * SECOND;
/** Bytes of the structured log that wait for its file; of lines above it only the number is told. */
export const STRUCTURED_LOG_WAITING = 4 * KIB * KIB;
/** Operators' acts that are held for looking through; more are in the log. */
export const ACTS_HELD = 2_000;
/** Bytes of acts in one answer: the frame of an operator's session takes it. */
export const ACTS_BYTES = 3 * KIB * KIB;
/** Milliseconds between two batches of lines of the live log: each is a frame to draw, and nobody reads faster. */
export const FEED_PAUSE = 100;
/** Lines of talk a second in the live log, and at once; twice what it has to keep up with, and more than anybody reads. */
export const FEED_LINES = 4_000;
/** Rooms that an operator's list shows: the busiest. */
export const ROOMS_LISTED = 1_000;
/** Files that an operator's list shows: those that move, and the oldest. */
export const FILES_LISTED = 1_000;
/** Acts about one person that are shown. */
export const PERSON_ACTS = 50;
/** Lines of the dashboard's live log. */
export const LOG_LINES = 2_000;

/** MiB of one file or folder. */
export const FILE_MIB = 2 * KIB;
/** UTF-16 units of a file's name as it is offered: a name of 255 bytes, and what cleaning may add. */
export const FILE_NAME_UNITS = 512;
/** Files in an offered folder. */
export const FILES_PER_FOLDER = 100_000;
/** Offers of an account that nobody has answered yet. */
export const OFFERS_PER_ACCOUNT = 8;
/** Files of an account on their way at once, in either direction. */
export const FILES_AT_ONCE = 4;
/** Offers of an account in all, also those that wait in the spool: they are held in memory. */
export const OFFERS_HELD = 64;
/** Milliseconds for which a way to a file's bytes may be used. */
export const GRANT_HOLDS = 30 * SECOND;
/** Bytes of one file that a relay holds, between its sender and its receiver. */
export const RELAY_HELD = KIB * KIB;
/** Days that an offer stands, and its bytes wait in the spool; the bytes of all that waits there, and of one account, in MiB. */
export const SPOOL_DAYS = 7;
export const SPOOL_MIB = 20 * KIB;
export const SPOOL_MIB_PER_ACCOUNT = KIB;
/** Bytes of one write of a file; and milliseconds that its reader may take none of them: one of 10 kB/s takes 27 s for a write. */
export const DATA_PORTION = CHUNK / 4;
export const DATA_STALLED = 75 * SECOND;
/** Bytes that come over carriers between two looks of the collector at what is young (session/sweep.ts). */
export const DATA_SWEEP = 2 * CHUNK;
/** Addresses of a direct way that are told, and dialled; UTF-16 units of one. */
export const DIRECT_ADDRESSES = 4;
export const DIRECT_ADDRESS_UNITS = 64;
/** Milliseconds within which a direct way has to come about. */
export const DIRECT_TIMEOUT = 5 * SECOND;
/** Milliseconds that one end of a file's way waits for the other at the server. */
export const WAY_PATIENCE = 20 * SECOND;
/** Bytes that a receiver lets come before it has written what is there: no more than these are sent twice after a cut. */
export const DATA_AHEAD = 960 * KIB;
/** Bytes of one write to the disk. */
export const DATA_WRITE = DATA_AHEAD / 8;
/** Bytes of a file that are queued for a connection before it counts as full: one chunk is on its way while the next is read. */
export const DATA_QUEUED = CHUNK / 2;
/** Milliseconds between two words to a screen about how far files are. */
export const PROGRESS_INTERVAL = 100;
/** Milliseconds that a script's offer waits for an answer before it goes into the server's store. */
export const SCRIPT_PATIENCE = 10 * SECOND;
