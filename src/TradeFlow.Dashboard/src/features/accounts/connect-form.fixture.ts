import type { BrokerPlugin } from '@/api/types';

export const venue: BrokerPlugin = {
  broker: 'venue',
  aliases: [],
  name: 'Venue',
  description: null,
  connect: 'form',
  version: '1',
  status: 'active',
  reason: null,
  modes: ['demo', 'live'],
  capabilities: {
    order_types: ['market', 'limit', 'stop'],
    brackets: true,
    partial_close: true,
    modify: true,
    position_mode: 'hedging',
    quantity_unit: 'lots',
    stream: 'poll',
    fills_at_reference_price: false,
    trading_day_start: null,
    trading_day_zone: null,
  },
  credentials: {
    type: 'object',
    'x-notice': 'Stored sealed.',
    required: ['login', 'secret', 'mode'],
    properties: {
      login: { type: 'string', title: 'Login', 'x-order': 1 },
      secret: { type: 'string', title: 'Secret', format: 'password', writeOnly: true, 'x-order': 2 },
      mode: { type: 'string', title: 'Mode', enum: ['demo', 'live'], default: 'demo', 'x-order': 3 },
    },
  },
};
