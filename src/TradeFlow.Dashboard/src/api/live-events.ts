import type { Account, Order, Position } from './types';
import { isRecord } from './problem';

export type Severity = 'info' | 'warning' | 'critical';

export type LiveEvent =
  | { type: 'snapshot'; positions: Position[] }
  | { type: 'update'; position_id: string; change: Partial<Position> }
  | { type: 'opened'; position: Position }
  | { type: 'closed'; position_id: string; pnl: number | null }
  | { type: 'order'; order: Order }
  | { type: 'account'; account: Account }
  | { type: 'notification'; severity: Severity; text: string }
  | StopProgress;

/** How far an emergency stop is, over all its accounts. */
export interface StopProgress {
  type: 'emergency_stop';
  stop_id: string;
  positions_open: number;
  positions_closed: number;
  done: boolean;
}

const moving = ['current_price', 'pnl', 'pnl_percent', 'stop_loss', 'take_profit'] as const;

/** What an update says: a member that it does not have stays as it was, and `null` is "not known". */
function numbersOf(event: Record<string, unknown>): Partial<Position> {
  const change: Partial<Position> = {};
  for (const name of moving) if (event[name] === null || number(event[name]) !== null) change[name] = number(event[name]);
  for (const name of ['qty', 'avg_price'] as const) {
    const value = number(event[name]);
    if (value !== null) change[name] = value;
  }
  return change;
}

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/**
 * The edge of the socket: the envelope is checked here, and an event of an unknown type is null, so that a newer server never breaks an
 * older page. The objects inside are the API's own schemas.
 */
export function parseLiveEvent(data: unknown): LiveEvent | null {
  if (typeof data !== 'string') return null;
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isRecord(event)) return null;
  switch (event['type']) {
    case 'snapshot':
      return Array.isArray(event['positions']) ? { type: 'snapshot', positions: event['positions'] as Position[] } : null;
    case 'update': {
      if (typeof event['position_id'] !== 'string') return null;
      return { type: 'update', position_id: event['position_id'], change: numbersOf(event) };
    }
    case 'opened':
      return isRecord(event['position']) ? { type: 'opened', position: event['position'] as Position } : null;
    case 'closed':
      return typeof event['position_id'] === 'string'
        ? { type: 'closed', position_id: event['position_id'], pnl: number(event['pnl']) }
        : null;
    case 'order':
      return isRecord(event['order']) ? { type: 'order', order: event['order'] as Order } : null;
    case 'account':
      return isRecord(event['account']) ? { type: 'account', account: event['account'] as Account } : null;
    case 'notification':
      return notification(event);
    case 'emergency_stop':
      return stopProgress(event);
    default:
      return null;
  }
}

export const severityOf = (value: unknown): Severity => (value === 'warning' || value === 'critical' ? value : 'info');

function notification(event: Record<string, unknown>): LiveEvent | null {
  const text = event['text'] ?? event['message'];
  return typeof text === 'string' ? { type: 'notification', severity: severityOf(event['severity']), text } : null;
}

function stopProgress(event: Record<string, unknown>): StopProgress | null {
  const [open, closed] = [number(event['positions_open']), number(event['positions_closed'])];
  if (typeof event['stop_id'] !== 'string' || open === null || closed === null) return null;
  return { type: 'emergency_stop', stop_id: event['stop_id'], positions_open: open, positions_closed: closed, done: event['done'] === true };
}
