// English: pieces of sentences that are there or not, and times.
export const pieces = {
  'piece.reason': ' (the reason: {reason})',
  'piece.room': ' in {room}',
  'piece.lasting': ' for {left}',
  'span.days': '{count} d',
  'span.hours': '{count} h',
  'span.minutes': '{count} min',
  'span.seconds': '{count} s',
} as const;
