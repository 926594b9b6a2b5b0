export const roles = [
  ['viewer', 'Viewer', 'looks, and changes nothing'],
  ['trader', 'Trader', 'trades'],
  ['owner', 'Owner', 'everything, members too'],
] as const;
