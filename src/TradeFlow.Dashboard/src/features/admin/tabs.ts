export const tabs = [
  ['health', 'Health'],
  ['tenants', 'Tenants'],
  ['users', 'People'],
  ['accounts', 'Accounts'],
  ['signals', 'Signals'],
  ['strategies', 'Strategies'],
  ['plugins', 'Connectors'],
  ['calendar', 'Calendar'],
  ['audit', 'Audit log'],
] as const;

export type Tab = (typeof tabs)[number][0];

export const isTab = (value: unknown): value is Tab => tabs.some(([name]) => name === value);
