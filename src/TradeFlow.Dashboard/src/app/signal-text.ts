import { isRecord } from '@/api/problem';
import type { Tone } from '@/ui/badge';

// What an answer of 200 says that was not an order at the broker.
const done: Readonly<Record<string, { label: string; tone: Tone }>> = {
  working: { label: 'Working', tone: 'accent' },
  modified: { label: 'Stops moved', tone: 'up' },
  already_there: { label: 'Already there', tone: 'neutral' },
  superseded: { label: 'Came late', tone: 'neutral' },
  nothing_to_cancel: { label: 'Nothing to cancel', tone: 'neutral' },
  nothing_to_protect: { label: 'Nothing to protect', tone: 'neutral' },
};

// Refusals whose status does not tell what they are.
const refused: Readonly<Record<string, { label: string; tone: Tone }>> = {
  'signal.sender_refused': { label: 'Sender refused', tone: 'down' },
  'signal.gap': { label: 'Message missed', tone: 'warn' },
  'signal.id_reused': { label: 'Id used before', tone: 'down' },
  'signal.stale': { label: 'Too old', tone: 'warn' },
  'broker.rejected': { label: 'Broker refused', tone: 'down' },
};

/** What the answer to a signal means, in a word. */
export function signalOutcome(entry: { status: number; code?: string | null; duplicate_of?: string | null; response?: unknown }): { label: string; tone: Tone } {
  if (entry.duplicate_of != null) return { label: 'Repeat', tone: 'neutral' };
  if (entry.status === 202) return { label: 'Pending', tone: 'accent' };
  if (entry.status < 300) {
    const status = isRecord(entry.response) ? entry.response['status'] : undefined;
    if (status === 'nothing_to_close') return { label: 'Nothing to close', tone: signalNote(entry) === undefined ? 'neutral' : 'warn' };
    return (typeof status === 'string' ? done[status] : undefined) ?? { label: 'Executed', tone: 'up' };
  }
  const known = entry.code == null ? undefined : refused[entry.code];
  if (known !== undefined) return known;
  if (entry.status === 402) return { label: 'Plan limit', tone: 'warn' };
  if (entry.status === 403) return { label: 'Held by risk', tone: 'warn' };
  if (entry.status === 499) return { label: 'Sender hung up', tone: 'warn' };
  if (entry.status === 429) return { label: 'Too fast', tone: 'warn' };
  if (entry.status === 401) return { label: 'Not accepted', tone: 'down' };
  if (entry.status === 503) return { label: 'Unavailable', tone: 'down' };
  return { label: entry.code == null || /^signal\.(invalid|unknown|ambiguous)/u.test(entry.code) ? 'Not understood' : 'Refused', tone: 'down' };
}

/** What a signal that did nothing has to say: what is open all the same. */
export function signalNote(entry: { response?: unknown }): string | undefined {
  const note = isRecord(entry.response) ? entry.response['note'] : undefined;
  return typeof note === 'string' ? note : undefined;
}

/** What is wrong with a message, by its field, and how to mend it. */
export function signalFaults(entry: { response?: unknown }): { field: string; words: string }[] {
  const errors = isRecord(entry.response) ? entry.response['errors'] : undefined;
  if (!isRecord(errors)) return [];
  return Object.entries(errors).map(([field, words]) => ({ field, words: Array.isArray(words) ? words.filter((one) => typeof one === 'string').join(' ') : String(words) }));
}

/** "12 min late, and 41 more", where there is something of it to tell. */
export function signalRemarks(entry: { lag_seconds?: number | null; more?: number | null }): string | undefined {
  const remarks = [
    entry.lag_seconds == null ? undefined : `${lag(entry.lag_seconds)} late`,
    entry.more == null ? undefined : `and ${entry.more} more`,
  ].filter((remark) => remark !== undefined);
  return remarks.length === 0 ? undefined : remarks.join(', ');
}

export const lag = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;

/** "buy 1 EURUSD", as far as the message says it and is still there. */
export function signalSummary({ payload, removed }: { payload?: unknown; removed?: string | null }): string {
  if (removed != null) return `Message ${removed}`;
  const body = typeof payload === 'string' ? parse(payload) : payload;
  // The texts of other tools are no JSON, and say what they are themselves.
  if (!isRecord(body)) return typeof payload === 'string' && payload.trim() !== '' ? shortened(payload.trim()) : 'Unreadable message';
  const intent = isRecord(body['intent']) ? body['intent'] : isRecord(body['strategy']) ? { ...body['strategy'], ...body } : body;
  const word = (name: string): string => {
    const value = intent[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const action = word('action');
  const position = word('position') || word('market_position');
  const verb = action === '' || action === 'open' ? word('side') : action === 'target' ? '' : action;
  const size = word('qty') || word('quantity') || (position === 'flat' ? '' : word('position_size') || word('market_position_size'));
  const text = [verb, position, size, word('symbol') || word('ticker')].filter((part) => part !== '').join(' ');
  return text === '' ? 'Message without an intent' : text;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
