import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { isRecord, unreachable, type ApiProblem } from '@/api/problem';
import type { BrokerPlugin } from '@/api/types';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { readFields } from '@/ui/schema-form/schema';
import { SchemaFields } from '@/ui/schema-form/schema-fields';
import { initialValues, toBody, validate, type FormErrors, type FormValues } from '@/ui/schema-form/values';
import { AccountPicker, type LoginAccount } from './account-picker';

/** Drawn from the plugin's own description of its log-in: no broker is known here. */
export function ConnectForm({
  broker,
  known = {},
  action,
  back,
  onBack,
  onSubmit,
}: {
  broker: BrokerPlugin;
  /** What is known already, by the name of the field. */
  known?: FormValues;
  action: string;
  back: string;
  onBack: () => void;
  onSubmit: (body: Record<string, unknown>) => Promise<unknown>;
}) {
  const [fields] = useState(() => readFields(broker.credentials));
  const [values, setValues] = useState<FormValues>(() => ({ ...initialValues(fields), ...known }));
  const [errors, setErrors] = useState<FormErrors>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const choices = accountChoices(problem);
  const shownInFields = fields.some((field) => problem?.fields[field.name] !== undefined);
  const schema: unknown = broker.credentials;
  const notice = isRecord(schema) ? schema['x-notice'] : undefined;

  const submit = async (account?: string): Promise<void> => {
    const found = validate(fields, values);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await onSubmit({ ...toBody(fields, values), ...(account === undefined ? {} : { broker_account: account }) });
    } catch (error) {
      const answer = unreachable(error);
      setProblem(answer);
      setErrors(answer.fields);
    }
    setBusy(false);
  };

  if (choices.length > 0) return <AccountPicker accounts={choices} busy={busy} onPick={(id) => void submit(id)} onBack={() => setProblem(null)} />;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {problem !== null && !shownInFields && <ConnectProblem problem={problem} broker={broker.name} />}
      {fields.length === 0 && <p className="text-sm text-muted">{broker.name} needs no log-in.</p>}
      <SchemaFields
        fields={fields}
        values={values}
        errors={errors}
        disabled={busy}
        onChange={(name, value) => {
          setValues((now) => ({ ...now, [name]: value }));
          setErrors((now) => Object.fromEntries(Object.entries(now).filter(([field]) => field !== name)));
        }}
      />
      {typeof notice === 'string' && <p className="mt-4 text-[0.8125rem] text-pretty text-muted">{notice}</p>}
      <DialogActions>
        <Button onClick={onBack} disabled={busy}>
          <ArrowLeft aria-hidden className="size-4" />
          {back}
        </Button>
        <Button look="primary" type="submit" busy={busy}>
          {busy ? 'Checking with the broker' : action}
        </Button>
      </DialogActions>
    </form>
  );
}

function ConnectProblem({ problem, broker }: { problem: ApiProblem; broker: string }) {
  const titles: Record<string, string> = {
    'broker.credentials_rejected': `${broker} did not accept this log-in`,
    'broker.unreachable': `${broker} did not answer. Nothing was saved; try again in a moment.`,
    'broker.not_available': `${broker} is not available at the moment`,
    'plan.limit_reached': 'Your plan has no room for another account',
    'account.already_connected': 'This account is connected already',
    'account.other_broker_account': 'These credentials lead to another account',
  };
  return <Notice className="mb-4" kind="error" problem={problem} title={titles[problem.code] ?? problem.title} />;
}

function accountChoices(problem: ApiProblem | null): LoginAccount[] {
  if (problem?.code !== 'broker.account_required') return [];
  const list = problem.members['accounts'];
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map((item) => ({
    id: String(item['id']),
    name: typeof item['name'] === 'string' ? item['name'] : String(item['id']),
    currency: typeof item['currency'] === 'string' ? item['currency'] : 'USD',
    balance: typeof item['balance'] === 'number' ? item['balance'] : null,
  }));
}
