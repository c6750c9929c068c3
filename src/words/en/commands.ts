// English: what each /command and each key does, as help prints it, and the command line's own lines.
export const commands = {
  'help.join': 'join a room, or make it',
  'help.leave': 'leave a room',
  'help.topic': 'show or set what the room is about',
  'help.me': 'say what you do: * alice waves',
  'help.msg': 'write to one person',
  'help.broadcast': 'tell everyone on the server',
  'help.kick': 'end somebody’s sessions; they may come back',
  'help.limit': 'how many connections the server holds at once',
} as const;
