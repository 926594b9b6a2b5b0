import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { accountsQuery } from '@/api/queries/accounts';
import { problemOf } from '@/api/problem';
import type { RiskConfig } from '@/api/types';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { Switch } from '@/ui/switch';
import { useToasts } from '@/ui/toast';
import { configOf, draftOf, type Draft } from './draft';
import { loosened } from './loosening';
import { useSaveRisk } from './queries';
import { TradingDayFields } from './trading-day-fields';

export function RiskForm({ saved }: { saved: RiskConfig }) {
  const { canTrade } = useUser();
  const toasts = useToasts();
  const accounts = useQuery(accountsQuery());
  const save = useSaveRisk();
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [asking, setAsking] = useState(false);
  const currency = accounts.data?.[0]?.currency ?? 'USD';
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const problem = problemOf(save.error);
  const errors = problem?.fields ?? {};
  const looser = loosened(saved, configOf(draft), currency);
  const submit = (): void =>
    save.mutate(configOf(draft), { onSuccess: () => toasts.success('Limits saved', 'They hold for the next signal.'), onSettled: () => setAsking(false) });
  const field = (name: 'max_daily_loss' | 'max_trades_per_day' | 'max_open_trades', label: string, step: string, help: string): ReactNode => (
    <TextField
      label={label}
      type="number"
      inputMode="decimal"
      min={0}
      step={step}
      placeholder="No limit"
      help={help}
      errors={errors[name]}
      value={draft[name]}
      onChange={(e) => change({ [name]: e.target.value })}
    />
  );

  return (
    <Panel>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (looser.length > 0) setAsking(true);
          else submit();
        }}
      >
        <fieldset disabled={!canTrade} className="flex min-w-0 flex-col gap-5">
          {problem !== null && Object.keys(errors).length === 0 && <Notice kind="error" problem={problem} />}
          <Toggle label="Limits" text="Off lets every entry pass them. The plan and an emergency stop still hold." on={draft.enabled} onChange={(enabled) => change({ enabled })} disabled={!canTrade} />
          <div className="grid gap-4 sm:grid-cols-3">
            {field('max_daily_loss', 'Daily loss', 'any', 'Realised and open, by currency')}
            {field('max_trades_per_day', 'Trades a day', '1', 'Entries that the broker took')}
            {field('max_open_trades', 'Open positions', '1', 'On all accounts together')}
          </div>
          <TextField
            label="Denied symbols"
            placeholder="BTCUSD, XAUUSD"
            help="Separated by commas. Spellings such as BINANCE:BTCUSD are the same symbol."
            errors={errors['denied_instruments']}
            value={draft.denied_instruments}
            onChange={(e) => change({ denied_instruments: e.target.value })}
          />
          <Toggle
            label="News lockout"
            text="No entry in the five minutes before news of high impact on the symbol's currencies."
            on={draft.news_lockout_enabled}
            onChange={(news_lockout_enabled) => change({ news_lockout_enabled })}
            disabled={!canTrade}
          />
          <Toggle
            label="Trading hours"
            text="Entries only inside this window. One that ends before it starts runs through midnight."
            on={draft.trading_hours_enabled}
            onChange={(trading_hours_enabled) => change({ trading_hours_enabled })}
            disabled={!canTrade}
          />
          <TradingDayFields draft={draft} errors={errors} onChange={change} />
          {canTrade && (
            <div className="flex justify-end">
              <Button look="primary" type="submit" busy={save.isPending}>
                Save limits
              </Button>
            </div>
          )}
        </fieldset>
      </form>
      <Confirm open={asking} onOpenChange={setAsking} title="Loosen your limits?" action="Loosen" onConfirm={submit} busy={save.isPending} problem={problem}>
        <ul className="list-disc pl-5">
          {looser.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Confirm>
    </Panel>
  );
}

function Toggle({ label, text, on, onChange, disabled }: { label: string; text: string; on: boolean; onChange: (on: boolean) => void; disabled: boolean }) {
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <p className="text-sm font-medium">{label}</p>
        <p className="text-[0.8125rem] text-pretty text-muted">{text}</p>
      </div>
      <Switch label={label} checked={on} onChange={onChange} disabled={disabled} />
    </div>
  );
}
