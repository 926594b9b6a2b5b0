import { useState } from 'react';
import { AccountSelect } from '@/app/account-select';
import { useBrokers } from '@/app/broker-context';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { lastDays } from '@/ui/time';
import { isFiltered, thisYear, type AnalyticsSearch } from './search';

const presets = [
  { label: '7 days', days: (zone: string) => lastDays(7, zone) },
  { label: '30 days', days: (zone: string) => lastDays(30, zone) },
  { label: '90 days', days: (zone: string) => lastDays(90, zone) },
  { label: 'This year', days: (zone: string) => thisYear(zone) },
  { label: 'All', days: () => ({ from: undefined, to: undefined }) },
];

/** @param zone Where the server cuts the days (a trading day is named by the date on which it begins); until it is known no day can be named. */
export function FilterBar({ search, zone, onChange }: { search: AnalyticsSearch; zone: string | undefined; onChange: (change: Partial<AnalyticsSearch>) => void }) {
  const { connectedBrokers, brokerName } = useBrokers();
  const [symbol, setSymbol] = useState(search.symbol ?? '');
  const brokers = [...new Set(connectedBrokers.map((account) => account.broker))];
  const clear = (): void => {
    setSymbol('');
    onChange({ from: undefined, to: undefined, account: undefined, broker: undefined, symbol: undefined, strategy: undefined });
  };
  return (
    <form
      aria-label="Filter"
      className="mb-5 grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1.4fr)_minmax(0,1.1fr)_minmax(0,1fr)]"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ symbol: symbol.trim() === '' ? undefined : symbol.trim().toUpperCase() });
      }}
    >
      <TextField label="From" type="date" value={search.from ?? ''} max={search.to} onChange={(e) => onChange({ from: e.target.value || undefined })} />
      <TextField label="To" type="date" value={search.to ?? ''} min={search.from} onChange={(e) => onChange({ to: e.target.value || undefined })} />
      <AccountSelect className="max-sm:col-span-2" value={search.account} onChange={(account) => onChange({ account })} />
      <SelectField label="Broker" value={search.broker ?? ''} onChange={(e) => onChange({ broker: e.target.value || undefined })}>
        <option value="">All brokers</option>
        {brokers.map((broker) => (
          <option key={broker} value={broker}>
            {brokerName(broker)}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Symbol"
        placeholder="All symbols"
        enterKeyHint="search"
        value={symbol}
        onChange={(e) => setSymbol(e.target.value)}
        onBlur={(e) => e.target.form?.requestSubmit()}
      />
      <div className="col-span-full flex flex-wrap items-center gap-2">
        {presets.map(({ label, days }) => {
          const range = zone === undefined ? undefined : days(zone);
          return (
            <Button
              key={label}
              size="sm"
              disabled={range === undefined}
              aria-pressed={range !== undefined && search.from === range.from && search.to === range.to}
              className="aria-pressed:border-accent aria-pressed:bg-accent-soft"
              onClick={() => range !== undefined && onChange(range)}
            >
              {label}
            </Button>
          );
        })}
        {search.strategy !== undefined && (
          <Button size="sm" onClick={() => onChange({ strategy: undefined })}>
            Strategy: {search.strategy} ×
          </Button>
        )}
        {isFiltered(search) && (
          <Button size="sm" look="ghost" onClick={clear}>
            Clear the filter
          </Button>
        )}
      </div>
    </form>
  );
}
