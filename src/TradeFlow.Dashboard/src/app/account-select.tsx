import { SelectField } from '@/ui/field';
import { useBrokers } from './broker-context';

export function AccountSelect({
  value,
  onChange,
  all = true,
  label = 'Account',
  className,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  all?: boolean;
  label?: string;
  className?: string;
}) {
  const { connectedBrokers, brokerName } = useBrokers();
  return (
    <SelectField label={label} className={className} value={value ?? ''} onChange={(e) => onChange(e.target.value === '' ? undefined : e.target.value)}>
      {all && <option value="">All accounts</option>}
      {connectedBrokers.map((account) => (
        <option key={account.id} value={account.id}>
          {account.name} · {brokerName(account.broker)} · {account.mode}
        </option>
      ))}
    </SelectField>
  );
}
