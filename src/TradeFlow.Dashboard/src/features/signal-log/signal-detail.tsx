import type { ReactNode } from 'react';
import type { WebhookLogDetail } from '@/api/types';
import { lag, signalFaults, signalNote, signalOutcome } from '@/app/signal-text';
import { AccountLabel } from '@/app/account-label';
import { CheckLine } from '@/app/check-line';
import { When } from '@/app/when';
import { CodeBlock } from '@/ui/code-block';
import { CopyButton } from '@/ui/copy-button';
import { duration } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { Waterfall } from '@/ui/waterfall';
import { SignalEvents } from './signal-events';
import { SignalFills, SignalOrders } from './signal-orders';

export function SignalDetail({ signal, onOpen }: { signal: WebhookLogDetail; onOpen: (id: string) => void }) {
  const note = signalNote(signal);
  return (
    <div className="flex flex-col gap-7">
      {note !== undefined && <Notice kind="warning" title={note} />}
      {signal.error != null && (
        <Notice kind={signalOutcome(signal).tone === 'warn' ? 'warning' : 'error'} title={signal.error}>
          {signal.code}
          <Faults signal={signal} />
        </Notice>
      )}
      <dl className="grid grid-cols-[7rem_1fr] gap-x-4 gap-y-2 text-sm">
        <Row name="Received">
          <When at={signal.received_at} />
        </Row>
        {signal.lag_seconds != null && <Row name="Late by">{lag(signal.lag_seconds)}, by the alert's own time</Row>}
        <Row name="Account">
          <AccountLabel id={signal.account_id} broker={signal.broker} />
        </Row>
        {signal.strategy != null && <Row name="Strategy">{signal.strategy.name}</Row>}
        {signal.dialect != null && <Row name="Read as">{signal.dialect}</Row>}
        <Row name="Request">
          <code className="font-mono text-[0.8125rem] break-all">
            {signal.method} {signal.path}
          </code>
        </Row>
        <Row name="Answer">
          {signal.status}
          {signal.code != null && <code className="ml-2 font-mono text-[0.8125rem] text-muted">{signal.code}</code>}
        </Row>
        {signal.more != null && <Row name="Also">{signal.more} more requests over the rate in the same second</Row>}
        {signal.duplicate_of != null && (
          <Row name="Repeat of">
            <SignalLink id={signal.duplicate_of} onOpen={onOpen} />
          </Row>
        )}
        {signal.replay_of != null && (
          <Row name="Replay of">
            <SignalLink id={signal.replay_of} onOpen={onOpen} />
          </Row>
        )}
      </dl>
      <Block title={`Time, ${duration(signal.latency_ms)}`}>
        <Waterfall stages={signal.stages} />
      </Block>
      {signal.checks.length > 0 && (
        <Block title="Checks">
          <ul className="flex flex-col gap-1.5">
            {signal.checks.map((check) => (
              <CheckLine key={check.code} check={check} />
            ))}
          </ul>
        </Block>
      )}
      {signal.orders.length > 0 && (
        <Block title={signal.orders.length === 1 ? 'Order' : `${signal.orders.length} orders`}>
          <SignalOrders orders={signal.orders} />
        </Block>
      )}
      {signal.fills.length > 0 && (
        <Block title={signal.fills.length === 1 ? 'Fill' : `${signal.fills.length} fills`}>
          <SignalFills signal={signal} />
        </Block>
      )}
      {signal.events.length > 0 && (
        <Block title="What happened">
          <SignalEvents signal={signal} />
        </Block>
      )}
      <Json title="Understood as" value={signal.intent} />
      {signal.removed != null ? (
        <Block title="Message and answer">
          <p className="text-sm text-muted">They were {signal.removed}. The rest of the entry stays.</p>
        </Block>
      ) : (
        <>
          <Json title="Message" value={signal.payload} />
          {signal.payload_cut != null && (
            <p className="-mt-5 text-[0.8125rem] text-muted">{signal.payload_cut.toLocaleString('en')} bytes more were not kept: the signal was not recorded.</p>
          )}
          <Json title="Answer sent" value={signal.response} />
        </>
      )}
    </div>
  );
}

function Faults({ signal }: { signal: WebhookLogDetail }) {
  const faults = signalFaults(signal);
  if (faults.length === 0) return null;
  return (
    <ul aria-label="Faults by field" className="mt-1.5 flex flex-col gap-0.5">
      {faults.map(({ field, words }) => (
        <li key={field} className="break-words">
          <code className="font-mono text-xs text-ink">{field}</code> {words}
        </li>
      ))}
    </ul>
  );
}

const SignalLink = ({ id, onOpen }: { id: string; onOpen: (id: string) => void }) => (
  <button type="button" onClick={() => onOpen(id)} className="font-mono text-[0.8125rem] break-all text-accent underline-offset-4 hover:underline">
    {id}
  </button>
);

function Json({ title, value }: { title: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  if (value === null || value === undefined) return null;
  return (
    <Block title={title} action={<CopyButton text={text} what={title.toLowerCase()} />}>
      <CodeBlock label={title} text={text} />
    </Block>
  );
}

function Block({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div className="mb-2 flex min-h-8 items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
