import type { AgentSetup } from './queries';

/** An account whose terminal has not reported yet. */
export const setup: AgentSetup = {
  account_id: '1',
  broker: 'acme',
  name: 'Acme 5001',
  login: '5001',
  server: 'Demo-1',
  status: 'pending',
  platform: null,
  agent_version: null,
  online: false,
  last_beat: null,
  standby: false,
  refused: null,
  agent_key: 'acme-a****xyz789',
  url: 'https://app.example.com',
  notice: null,
  downloads: [],
  steps: [],
};
