// English: one sentence for each refusal and failure: what happened, and what to do.
export const errors = {
  'name-taken': 'The name {name} belongs to somebody else here; pick another with --name.',
  'name-invalid': 'The name {name} cannot be used; take 1 to 32 letters, digits, _ - or . of one script.',
  'no-such-name': 'Nobody here goes by the name {name}; `tchat users` lists who is there.',
  'no-such-room': 'There is no room {room}; /join {room} makes it.',
  'room-invalid': 'A room’s name is # and 1 to 48 letters, digits, _ - or . without spaces: {room} is not.',
  'not-member': 'You are not in {room}; /join {room} first.',
  'already-member': 'You are in {room} already.',
  'too-many-rooms': 'You are in {limit} rooms, which is the limit; leave one first.',
  'room-full': 'The room {room} has {limit} members, which is the limit.',
  'text-empty': 'There is nothing to send; write something first.',
  'text-too-long': 'The text is longer than {limit} bytes or has too many lines; split it.',
  'limit-invalid': 'A limit is a whole number from 1 to 100000; {value} is not.',
  'not-allowed': 'Only an {needs} may do that.',
  usage: 'Usage: {usage}',
  'unknown-command': 'There is no command {name}; F1 lists them all.',
} as const;
