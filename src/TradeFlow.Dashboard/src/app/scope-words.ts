/** What a program may do with a scope, in the words of a trader. */
const words: Record<string, string> = {
  openid: 'Know that it is you, and which workspace you are in',
  profile: 'See your name and your e-mail address',
  offline_access: 'Stay connected while you are away, until you take it back',
  read: 'See accounts, positions, orders, signals and results',
  trade: 'Trade: open, change and close positions and orders, and change accounts and limits',
};

export const scopeWords = (scope: string): string => words[scope] ?? scope;
