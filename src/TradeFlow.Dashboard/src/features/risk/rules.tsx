import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { isRecord, problemOf } from '@/api/problem';
import type { RiskRule } from '@/api/types';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { readFields, type FormField } from '@/ui/schema-form/schema';
import { SchemaFields } from '@/ui/schema-form/schema-fields';
import { initialValues, toBody, validate, without, type FormErrors, type FormValues } from '@/ui/schema-form/values';
import { LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { riskRulesQuery, useSaveRule } from './queries';

/**
 * The rules that have settings of their own, each drawn from what the server says of it.
 * `waits`: the cool-down is on.
 */
export function Rules({ waits }: { waits: boolean }) {
  const rules = useQuery(riskRulesQuery());
  if (rules.isPending)
    return (
      <Panel flush>
        <SkeletonRows label="Loading the rules" rows={2} />
      </Panel>
    );
  if (rules.isError)
    return (
      <Panel flush>
        <LoadError what="The rules" error={rules.error} onRetry={() => void rules.refetch()} />
      </Panel>
    );
  return rules.data.map((rule) => <RuleForm key={rule.code} rule={rule} waits={waits} />);
}

function valuesOf(fields: readonly FormField[], settings: unknown): FormValues {
  const saved = isRecord(settings) ? settings : {};
  return { ...initialValues(fields), ...Object.fromEntries(Object.entries(saved).map(([name, value]) => [name, value === null ? '' : String(value)])) };
}

function RuleForm({ rule, waits }: { rule: RiskRule; waits: boolean }) {
  const { canManage } = useUser();
  const save = useSaveRule(rule.code);
  const fields = useMemo(() => readFields(rule.schema), [rule.schema]);
  const [values, setValues] = useState(() => valuesOf(fields, rule.settings));
  const [wrong, setWrong] = useState<FormErrors>({});
  const problem = problemOf(save.error);
  const isAtField = fields.some((field) => problem?.fields[field.name] !== undefined);
  const submit = (): void => {
    const faults = validate(fields, values);
    setWrong(faults);
    if (Object.keys(faults).length > 0) return;
    // What was emptied is sent as null: left out, it would stay.
    const body = { ...Object.fromEntries(fields.map((field) => [field.name, null])), ...toBody(fields, values) };
    save.mutate(body, {
      onSuccess: (saved) => {
        setValues(valuesOf(fields, saved.settings));
        toasts.success('Rule saved', waits ? 'What lets more through waits for the next trading day.' : 'It holds for the next signal.');
      },
    });
  };
  return (
    <Panel title={rule.title} description={rule.about}>
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
        <SchemaFields
          fields={fields}
          values={values}
          errors={{ ...problem?.fields, ...wrong }}
          disabled={!canManage}
          onChange={(name, value) => {
            setValues((now) => ({ ...now, [name]: value }));
            setWrong((now) => without(now, name));
          }}
        />
        {canManage && (
          <div className="flex justify-end">
            <Button look="primary" type="submit" busy={save.isPending}>
              Save rule
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}
