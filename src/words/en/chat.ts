// English: the client's screens.
export const chat = {
  'chat.placeholder': 'Write a message, / for commands',
} as const;
