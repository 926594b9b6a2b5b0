import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { isRecord, problemOf, unreachable, type ApiProblem } from '@/api/problem';
import type { BrokerPlugin, RegisteredAccount } from '@/api/types';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { readFields } from '@/ui/schema-form/schema';
import { SchemaFields } from '@/ui/schema-form/schema-fields';
import { initialValues, toBody, validate, type FormErrors } from '@/ui/schema-form/values';
import { AccountPicker, type LoginAccount } from './account-picker';
import { useRegister } from './queries';

/** Drawn from the plugin's own description of its log-in: no broker is known here. */
export function ConnectForm({
  broker,
  onBack,
  onConnected,
}: {
  broker: BrokerPlugin;
  onBack: () => void;
  onConnected: (account: RegisteredAccount) => void;
}) {
  const [fields] = useState(() => readFields(broker.credentials));
  const [values, setValues] = useState(() => initialValues(fields));
  const [errors, setErrors] = useState<FormErrors>({});
  const register = useRegister();
  const problem = problemOf(register.error);
  const choices = accountChoices(problem);
  const shownInFields = fields.some((field) => problem?.fields[field.name] !== undefined);

  const submit = (account?: string): void => {
    const found = validate(fields, values);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    const body = { ...toBody(fields, values), ...(account === undefined ? {} : { broker_account: account }) };
    register.mutate({ broker: broker.broker, body }, { onSuccess: onConnected, onError: (error) => setErrors(unreachable(error).fields) });
  };

  if (choices.length > 0) return <AccountPicker accounts={choices} busy={register.isPending} onPick={submit} onBack={() => register.reset()} />;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {problem !== null && !shownInFields && <ConnectProblem problem={problem} broker={broker.name} />}
      {fields.length === 0 && <p className="text-sm text-muted">{broker.name} needs no log-in.</p>}
      <SchemaFields
        fields={fields}
        values={values}
        errors={errors}
        disabled={register.isPending}
        onChange={(name, value) => {
          setValues((now) => ({ ...now, [name]: value }));
          setErrors((now) => Object.fromEntries(Object.entries(now).filter(([field]) => field !== name)));
        }}
      />
      <DialogActions>
        <Button onClick={onBack} disabled={register.isPending}>
          <ArrowLeft aria-hidden className="size-4" />
          Back
        </Button>
        <Button look="primary" type="submit" busy={register.isPending}>
          {register.isPending ? 'Checking with the broker' : 'Connect'}
        </Button>
      </DialogActions>
    </form>
  );
}

function ConnectProblem({ problem, broker }: { problem: ApiProblem; broker: string }) {
  const titles: Record<string, string> = {
    'broker.credentials_rejected': `${broker} did not accept this log-in`,
    'broker.unreachable': `${broker} did not answer. Nothing was saved; try again in a moment.`,
    'plan.limit_reached': 'Your plan has no room for another account',
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
