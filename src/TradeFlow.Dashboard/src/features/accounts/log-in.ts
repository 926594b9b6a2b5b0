import { useState } from 'react';
import { isRecord, unreachable, type ApiProblem } from '@/api/problem';
import { readFields, type FormField } from '@/ui/schema-form/schema';
import type { FormErrors } from '@/ui/schema-form/values';
import type { LoginAccount } from './account-picker';

/** What a broker asks for after the form, such as a code. */
export interface LogInStep {
  fields: readonly FormField[];
  notice: string | undefined;
  /** Goes back to the server with the same form: it remembers nothing of a log-in that is not finished. */
  continuation: string;
  /** The same while a step is asked again; the next one begins empty. */
  number: number;
}

export type Body = Record<string, unknown>;

/** A log-in on its way: the form, the steps that the broker asks for, the choice of an account. */
export function useLogIn(onSubmit: (body: Body) => Promise<unknown>) {
  const [form, setForm] = useState<Body>({});
  const [step, setStep] = useState<LogInStep | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async (body: Body, more: Body = {}): Promise<ApiProblem | null> => {
    setForm(body);
    setBusy(true);
    let answer: ApiProblem | null = null;
    try {
      await onSubmit({ ...body, ...more });
    } catch (error) {
      answer = unreachable(error);
      const number = (step?.number ?? 0) + (answer.code === 'broker.step_required' ? 1 : 0);
      const asked = stepOf(answer, number);
      // What says nothing of the step leaves it open: the broker that did not answer may do so in a moment.
      if (asked !== null || isAboutTheForm(answer)) setStep(asked);
    }
    setProblem(answer);
    setBusy(false);
    return answer;
  };

  return {
    step,
    problem,
    busy,
    accounts: accountsOf(problem),
    begin: (body: Body) => send(body),
    answer: (answers: Body) => send(form, { continuation: step?.continuation, answers }),
    choose: (account: string) => {
      const continuation = problem?.members['continuation'];
      return send(form, { broker_account: account, ...(typeof continuation === 'string' ? { continuation } : {}) });
    },
    backToForm: () => {
      setStep(null);
      setProblem(null);
    },
  };
}

const prefix = 'answers.';

/** The errors of a step's fields. */
export const answerErrors = (problem: ApiProblem | null): FormErrors =>
  Object.fromEntries(
    Object.entries(problem?.fields ?? {})
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, messages]) => [name.slice(prefix.length), messages]),
  );

/** Whether the step came too late to be answered. */
export const hasLapsed = (problem: ApiProblem): boolean => problem.fields['continuation'] !== undefined;

const isAboutTheForm = (problem: ApiProblem): boolean =>
  problem.code === 'broker.account_required' || Object.keys(problem.fields).some((name) => name !== 'answers' && !name.startsWith(prefix));

function stepOf(problem: ApiProblem, number: number): LogInStep | null {
  const step = problem.members['step'];
  if (!isRecord(step) || typeof step['continuation'] !== 'string') return null;
  const schema = step['schema'];
  const notice = isRecord(schema) ? schema['x-notice'] : undefined;
  return { fields: readFields(schema), notice: typeof notice === 'string' ? notice : undefined, continuation: step['continuation'], number };
}

function accountsOf(problem: ApiProblem | null): LoginAccount[] {
  if (problem?.code !== 'broker.account_required') return [];
  const list = problem.members['accounts'];
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map((item) => ({
    id: String(item['id']),
    name: typeof item['name'] === 'string' ? item['name'] : String(item['id']),
    currency: typeof item['currency'] === 'string' ? item['currency'] : '',
    balance: typeof item['balance'] === 'number' ? item['balance'] : null,
  }));
}
