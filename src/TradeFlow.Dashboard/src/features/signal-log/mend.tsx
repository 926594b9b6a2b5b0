import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { validateSignal } from '@/api/queries/signals';
import type { WebhookLogDetail } from '@/api/types';
import { FieldErrors, Verdict } from '@/app/signal-verdict';
import { Button } from '@/ui/button';
import { TextAreaField } from '@/ui/field';
import { Notice } from '@/ui/notice';

/** A message that was not understood, to be changed until it is. Nothing is sent: the alert itself is mended in TradingView. */
export function Mend({ signal: { account_id: account, payload } }: { signal: WebhookLogDetail }) {
  const [message, setMessage] = useState(() => (typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2)));
  const test = useMutation({ mutationFn: validateSignal });
  const problem = problemOf(test.error);
  return (
    <details className="mt-8 border-t border-line pt-5">
      <summary className="text-sm font-medium">Change the message and test it</summary>
      <p className="my-2 text-[0.8125rem] text-muted">Nothing is sent to the broker. What works here goes into the alert at its sender.</p>
      <TextAreaField label="Message to test" rows={10} value={message} onChange={(event) => setMessage(event.target.value)} />
      <Button className="mt-2" busy={test.isPending} onClick={() => test.mutate({ account_id: account, body: message })}>
        <FlaskConical aria-hidden className="size-4" />
        Test it
      </Button>
      {problem !== null && (
        <Notice kind="error" problem={problem} className="mt-3">
          <FieldErrors fields={problem.fields} />
        </Notice>
      )}
      {test.data !== undefined && <Verdict result={test.data} />}
    </details>
  );
}
