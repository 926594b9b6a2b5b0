export interface TemplateOptions {
  symbol: string;
  side: string;
  qty: string;
  type: string;
  price: string;
  slMode: string;
  sl: string;
  tpMode: string;
  tp: string;
}

export const firstOptions: TemplateOptions = {
  symbol: '{{ticker}}',
  side: 'buy',
  qty: '1',
  type: 'market',
  price: '',
  slMode: 'pips',
  sl: '',
  tpMode: 'rr',
  tp: '',
};

export const sides = [
  ['buy', 'Buy'],
  ['sell', 'Sell'],
  ['{{strategy.order.action}}', 'From the strategy'],
] as const;

export const types = [
  ['market', 'Market'],
  ['limit', 'Limit'],
  ['stop', 'Stop'],
] as const;

export const stopModes = [
  ['pips', 'pips away'],
  ['ticks', 'ticks away'],
  ['percent', '% away'],
  ['price', 'at the price'],
] as const;

export const targetModes = [['rr', '× the stop'], ...stopModes] as const;
