// English: the server's dashboard.
export const dashboard = {
  'dashboard.title': 'tchat server',
} as const;
