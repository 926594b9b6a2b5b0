import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { todayQuery } from '@/api/queries/today';
import type { RiskConfig } from '@/api/types';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { SwitchLine } from '@/ui/switch-line';
import { toasts } from '@/ui/toast';
import { configOf, draftOf, type Draft } from './draft';
import { loosened } from './loosening';
import { useSaveRisk } from './queries';
import { TradingDayFields } from './trading-day-fields';
import { localTime } from './waiting-words';

export function RiskForm({ saved, currency }: { saved: RiskConfig; currency: string }) {
  const { canManage } = useUser();
  const save = useSaveRisk();
  const today = useQuery(todayQuery());
  const [looser, setLooser] = useState<readonly string[]>([]);
  // What is typed stays when the limits are read again; what was saved elsewhere is taken over beside it.
  const fields = useFields<Draft>({ defaultValues: draftOf(saved), values: draftOf(saved), resetOptions: { keepDirtyValues: true } });
  const { field, submit, problem, busy } = fields;
  const store = async (config: Omit<RiskConfig, 'pending'>): Promise<void> => {
    const kept = await save.mutateAsync(config);
    fields.reset(draftOf(kept), { keepDirtyValues: false });
    const waits = (kept.pending ?? []).length > 0;
    toasts.success('Limits saved', waits ? 'What is tighter holds now. The rest waits for the next trading day.' : 'They hold for the next signal.');
  };
  const review = submit(async (draft) => {
    const config = configOf(draft);
    const sentences = loosened(saved, config, currency);
    if (sentences.length > 0) setLooser(sentences);
    else await store(config);
  });
  const loosen = submit((draft) => store(configOf(draft)).finally(() => setLooser([])));
  const limit = (name: 'max_daily_loss' | 'max_trades_per_day' | 'max_open_trades', label: string, step: string, help: string): ReactNode => (
    <TextField label={label} type="number" inputMode="decimal" min={0} step={step} placeholder="No limit" help={help} {...field(name)} />
  );
  const toggle = (name: 'enabled' | 'cooldown_enabled' | 'news_lockout_enabled' | 'trading_hours_enabled', label: string, text: string): ReactNode => (
    <SwitchLine label={label} text={text} on={fields.watch(name)} onChange={(on) => fields.setValue(name, on, { shouldDirty: true })} disabled={!canManage} />
  );

  return (
    <Panel>
      <form noValidate onSubmit={(event) => void review(event)}>
        <fieldset disabled={!canManage} className="flex min-w-0 flex-col gap-5">
          {problem !== null && <Notice kind="error" problem={problem} />}
          {toggle('enabled', 'Limits', 'Off lets every entry pass them. The plan and an emergency stop still hold.')}
          <div className="grid gap-4 sm:grid-cols-3">
            {limit('max_daily_loss', 'Daily loss', 'any', 'Realised and open, by currency')}
            {limit('max_trades_per_day', 'Trades a day', '1', 'Entries that the broker took')}
            {limit('max_open_trades', 'Open positions', '1', 'On all accounts together')}
          </div>
          <TextField
            label="Denied symbols"
            placeholder="BTCUSD, XAUUSD"
            help="Separated by commas. Spellings such as BINANCE:BTCUSD are the same symbol."
            {...field('denied_instruments')}
          />
          {toggle('news_lockout_enabled', 'News lockout', "No entry in the five minutes before news of high impact on the symbol's currencies.")}
          {toggle('trading_hours_enabled', 'Trading hours', 'Entries only inside this window. One that ends before it starts runs through midnight.')}
          <TradingDayFields fields={fields} />
          {toggle(
            'cooldown_enabled',
            'Cool-down',
            'Raising or removing a limit waits until your next trading day, and so does switching this off. Lowering one holds at once.',
          )}
          {canManage && (
            <div className="flex justify-end">
              <Button look="primary" type="submit" busy={busy}>
                Save limits
              </Button>
            </div>
          )}
        </fieldset>
      </form>
      <Confirm
        open={looser.length > 0}
        onOpenChange={(open) => !open && setLooser([])}
        title="Loosen your limits?"
        action="Loosen"
        onConfirm={() => void loosen()}
        busy={busy}
        problem={problem}
      >
        <ul className="list-disc pl-5">
          {looser.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {saved.cooldown_enabled && (
          <p>
            The cool-down is on: this holds from {today.data === undefined ? 'the next trading day' : localTime(today.data.day_end, saved.trading_hours_timezone)}.
            Until then you can withdraw it.
          </p>
        )}
      </Confirm>
    </Panel>
  );
}
