export const roles = [
  ['viewer', 'Viewer', 'sees everything, changes nothing'],
  ['trader', 'Trader', 'trades and connects accounts'],
  ['owner', 'Owner', 'everything, members too'],
] as const;
