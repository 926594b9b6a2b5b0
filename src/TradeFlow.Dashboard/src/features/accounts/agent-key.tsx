import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { KeyLine } from './key-line';
import { revealAgentKey, useMakeAgentKey, useRegenerateAgentKey, type AgentSetup } from './queries';
import { RenewKey } from './renew-key';

/** The key that an account's terminal reports with. */
export function AgentKey({ setup, canReveal }: { setup: AgentSetup; canReveal: boolean }) {
  const [asked, setAsked] = useState(false);
  const renew = useRegenerateAgentKey(setup.account_id);
  return (
    <section aria-label="Agent key" className="rounded-2xl border border-line bg-surface">
      <h2 className="px-4 pt-4 font-semibold sm:px-5">Agent key</h2>
      <p className="px-4 pt-1 pb-3 text-sm text-muted sm:px-5">
        Goes into the program&rsquo;s inputs, and lets this terminal report and take orders. It opens nothing else; your alerts have an API key of their own.
      </p>
      {setup.agent_key == null ? (
        <NoneYet setup={setup} canMake={canReveal} />
      ) : (
        <KeyLine
          key={setup.agent_key}
          label="Agent key"
          what={`the agent key of ${setup.name}`}
          masked={setup.agent_key}
          reveal={() => revealAgentKey(setup.account_id)}
          canReveal={canReveal}
        >
          <Button size="sm" aria-label={`Regenerate the agent key of ${setup.name}`} onClick={() => setAsked(true)}>
            <RefreshCw aria-hidden className="size-3.5" />
            Regenerate
          </Button>
        </KeyLine>
      )}
      <RenewKey what="agent key" title="Regenerate agent key" name={setup.name} renew={renew} open={asked} onOpenChange={setAsked}>
        <p>
          The key <code className="font-mono text-ink">{setup.agent_key}</code> stops working at once. The terminal of{' '}
          <strong className="text-ink">{setup.name}</strong> can no longer report: until you put the new key into its inputs, entries are refused, and open
          positions keep the stops that the broker has.
        </p>
        <p>Your alerts keep their API key.</p>
      </RenewKey>
    </section>
  );
}

/** Accounts that were connected before terminals had keys of their own. */
function NoneYet({ setup, canMake }: { setup: AgentSetup; canMake: boolean }) {
  const make = useMakeAgentKey(setup.account_id);
  return (
    <div className="px-4 pb-4 sm:px-5">
      <Notice kind="warning" title="This terminal needs a key of its own">
        It used to report with the API key of your alerts, which stands in addresses that others see and no longer opens this. Make the agent key, and put it
        into the program&rsquo;s inputs in place of the old one.
        {canMake && (
          <span className="mt-3 block">
            <Button size="sm" look="primary" busy={make.isPending} onClick={() => make.mutate(undefined, { onError: toasts.problem })}>
              Make the agent key
            </Button>
          </span>
        )}
      </Notice>
    </div>
  );
}
