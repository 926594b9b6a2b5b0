import { CodeBlock } from '@/ui/code-block';
import { CopyButton } from '@/ui/copy-button';
import { Dialog } from '@/ui/dialog';
import { maskKey, Secret } from '@/ui/secret';
import type { Strategy } from './queries';
import { message } from './words';

function masked(url: string): string {
  const cut = url.lastIndexOf('/') + 1;
  return url.slice(0, cut) + maskKey(url.slice(cut));
}

/** What to paste into TradingView. */
export function Address({ url, name }: { url: string; name: string }) {
  return (
    <div className="flex flex-col gap-5">
      <section>
        <h3 className="mb-2 text-[0.9375rem] font-semibold">Webhook URL</h3>
        <Secret masked={masked(url)} secret={url} what="the webhook URL" />
        <p className="mt-2 text-[0.8125rem] text-muted">It holds the key of {name}. Whoever has it can trade on every account that follows it.</p>
      </section>
      <section>
        <div className="mb-2 flex items-center justify-between gap-3">
          <h3 className="text-[0.9375rem] font-semibold">Message</h3>
          <CopyButton what="the message" text={message} />
        </div>
        <CodeBlock label="Message" text={message} />
        <p className="mt-2 text-[0.8125rem] text-muted">Messages of other tools work here as well: each account reads them as its own webhook would.</p>
      </section>
    </div>
  );
}

export const AddressDialog = ({ strategy, url, open, onOpenChange }: { strategy: Strategy; url: string; open: boolean; onOpenChange: (open: boolean) => void }) => (
  <Dialog wide open={open} onOpenChange={onOpenChange} title={`Alert for ${strategy.name}`} description="Paste both into the alert in TradingView.">
    <Address url={url} name={strategy.name} />
  </Dialog>
);
