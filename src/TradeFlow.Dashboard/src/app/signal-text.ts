import { isRecord } from '@/api/problem';
import type { Tone } from '@/ui/badge';

/** What the answer to a signal means, in a word. */
export function signalOutcome(entry: { status: number; code?: string | null; duplicate_of?: string | null; response?: unknown }): { label: string; tone: Tone } {
  if (entry.duplicate_of != null) return { label: 'Repeat', tone: 'neutral' };
  if (entry.status === 202) return { label: 'Pending', tone: 'accent' };
  if (entry.status < 300) {
    const status = isRecord(entry.response) ? entry.response['status'] : undefined;
    if (status === 'nothing_to_close') return { label: 'Nothing to close', tone: 'neutral' };
    return status === 'working' ? { label: 'Working', tone: 'accent' } : { label: 'Executed', tone: 'up' };
  }
  if (entry.status === 402) return { label: 'Plan limit', tone: 'warn' };
  if (entry.status === 403) return { label: 'Held by risk', tone: 'warn' };
  if (entry.status === 429) return { label: 'Too fast', tone: 'warn' };
  if (entry.code === 'broker.rejected') return { label: 'Broker refused', tone: 'down' };
  if (entry.status === 401) return { label: 'Not accepted', tone: 'down' };
  return { label: entry.status === 503 ? 'Unavailable' : 'Not understood', tone: 'down' };
}

/** "buy 1 EURUSD", as far as the message says it and is still there. */
export function signalSummary({ payload, removed }: { payload?: unknown; removed?: string | null }): string {
  if (removed != null) return `Message ${removed}`;
  const body = typeof payload === 'string' ? parse(payload) : payload;
  if (!isRecord(body)) return 'Unreadable message';
  const intent = isRecord(body['intent']) ? body['intent'] : body;
  const word = (name: string): string => {
    const value = intent[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const action = word('action');
  const verb = action === '' || action === 'open' ? word('side') : action;
  const text = [verb, word('qty'), word('symbol') || word('ticker')].filter((part) => part !== '').join(' ');
  return text === '' ? 'Message without an intent' : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
