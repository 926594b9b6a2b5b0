import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ApiProblem } from '@/api/problem';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { SchemaFields } from '@/ui/schema-form/schema-fields';
import { initialValues, toBody, validate, without, type FormErrors, type FormValues } from '@/ui/schema-form/values';
import { ConnectProblem } from './connect-problem';
import { answerErrors, type Body, type LogInStep } from './log-in';

/** One more thing that the broker asks for. It is drawn as the form is, from the plugin's own description. */
export function StepForm({
  step,
  broker,
  problem,
  busy,
  onAnswer,
  onBack,
}: {
  step: LogInStep;
  broker: string;
  problem: ApiProblem | null;
  busy: boolean;
  onAnswer: (answers: Body) => Promise<ApiProblem | null>;
  onBack: () => void;
}) {
  const [values, setValues] = useState<FormValues>(() => initialValues(step.fields));
  const [errors, setErrors] = useState<FormErrors>({});
  const form = useRef<HTMLFormElement>(null);
  // Also after an answer that was refused: the fields lose the focus while the broker is asked.
  useEffect(() => {
    if (!busy) form.current?.querySelector<HTMLElement>('input, select, button[type=submit]')?.focus();
  }, [busy]);

  const submit = async (): Promise<void> => {
    const found = validate(step.fields, values);
    setErrors(found);
    if (Object.keys(found).length === 0) setErrors(answerErrors(await onAnswer(toBody(step.fields, values))));
  };

  const isShownInFields = step.fields.some((field) => answerErrors(problem)[field.name] !== undefined);
  return (
    <form
      ref={form}
      noValidate
      aria-labelledby="log-in-step"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3 id="log-in-step" className="font-semibold">
        One more step
      </h3>
      <p className="mt-1 mb-4 text-sm text-pretty text-muted">
        {step.notice ?? (step.fields.length > 0 ? `${broker} asks for this to log you in.` : `Confirm the log-in where ${broker} asks for it, then go on here.`)}
      </p>
      {problem !== null && problem.code !== 'broker.step_required' && !isShownInFields && <ConnectProblem problem={problem} broker={broker} />}
      <SchemaFields
        fields={step.fields}
        values={values}
        errors={errors}
        disabled={busy}
        onChange={(name, value) => {
          setValues((now) => ({ ...now, [name]: value }));
          setErrors((now) => without(now, name));
        }}
      />
      <DialogActions>
        <Button onClick={onBack} disabled={busy}>
          <ArrowLeft aria-hidden className="size-4" />
          Back
        </Button>
        <Button look="primary" type="submit" busy={busy}>
          {busy ? 'Checking with the broker' : step.fields.length > 0 ? 'Continue' : 'I have confirmed it'}
        </Button>
      </DialogActions>
    </form>
  );
}
