import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { isRecord, type ApiProblem } from '@/api/problem';
import type { BrokerPlugin } from '@/api/types';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { readFields } from '@/ui/schema-form/schema';
import { SchemaFields } from '@/ui/schema-form/schema-fields';
import { initialValues, toBody, validate, without, type FormErrors, type FormValues } from '@/ui/schema-form/values';
import { AccountPicker } from './account-picker';
import { ConnectProblem } from './connect-problem';
import { useFieldOptions } from './field-options';
import { useLogIn, type Body } from './log-in';
import { StepForm } from './step-form';

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
  onSubmit: (body: Body) => Promise<unknown>;
}) {
  const [fields] = useState(() => readFields(broker.credentials));
  const [values, setValues] = useState<FormValues>(() => ({ ...initialValues(fields), ...known }));
  const [errors, setErrors] = useState<FormErrors>({});
  const { step, problem, busy, accounts, begin, answer, choose, backToForm } = useLogIn(onSubmit);
  const listed = useFieldOptions(broker.broker, fields, values);
  const shownInFields = fields.some((field) => problem?.fields[field.name] !== undefined);
  const schema: unknown = broker.credentials;
  const notice = isRecord(schema) ? schema['x-notice'] : undefined;

  const submit = async (): Promise<void> => {
    const found = validate(fields, values);
    setErrors(found);
    if (Object.keys(found).length === 0) await showing(begin(toBody(fields, values)));
  };
  // Whatever page sent it, an error of the form is shown in the form.
  const showing = async (sent: Promise<ApiProblem | null>): Promise<ApiProblem | null> => {
    const found = await sent;
    setErrors(found?.fields ?? {});
    return found;
  };

  if (accounts.length > 0) return <AccountPicker accounts={accounts} busy={busy} onPick={(id) => void showing(choose(id))} onBack={backToForm} />;
  if (step !== null)
    return <StepForm key={step.number} step={step} broker={broker.name} problem={problem} busy={busy} onAnswer={(answers) => showing(answer(answers))} onBack={backToForm} />;
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
        listed={listed}
        onChange={(name, value) => {
          setValues((now) => ({ ...now, [name]: value }));
          setErrors((now) => without(now, name));
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
