export interface TemplateOptions {
  /** `strategy`: one message for all that a strategy does; `indicator`: one for one signal. */
  form: string;
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
  form: 'strategy',
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

export const forms = [
  ['strategy', 'A strategy'],
  ['indicator', 'An indicator'],
] as const;

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
