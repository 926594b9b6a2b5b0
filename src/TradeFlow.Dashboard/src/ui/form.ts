import { useRef, useState, type SubmitEvent } from 'react';
import { get, set, useForm, type DefaultValues, type Field, type FieldErrors, type FieldValues, type Path, type UseFormProps } from 'react-hook-form';
import { unreachable, type ApiProblem } from '@/api/problem';

/**
 * A form whose rules are the attributes of its inputs (`required`, `min`, `type` …). What breaks them and what the server refuses stands under its field, and the first
 * such field takes the focus. The form element needs `noValidate`: the browser would show bubbles of its own first.
 */
export function useFields<T extends FieldValues>(options: Pick<UseFormProps<T>, 'values' | 'resetOptions'> & { defaultValues: DefaultValues<T> }) {
  const inputs = useRef(new Map<string, HTMLInputElement>());
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const form = useForm<T>({
    ...options,
    resolver: (values, _, { names = [], fields }) => {
      const errors: FieldErrors<T> = {};
      for (const name of names) {
        const input = get<typeof fields, Field['_f'] | undefined>(fields, name)?.ref;
        if (!(input instanceof HTMLInputElement)) continue;
        inputs.current.set(name, input);
        const message = input.isConnected ? faultOf(input) : undefined;
        if (message !== undefined) set(errors, name, { type: 'input', message });
      }
      return Object.keys(errors).length === 0 ? { values, errors: {} } : { values: {}, errors };
    },
  });

  const focusFirstFault = (): void => {
    const first = [...inputs.current].find(([name, input]) => input.isConnected && form.getFieldState(name as Path<T>).invalid);
    first?.[1].focus();
  };

  /** Gives what the server refused to the fields, and says whether each fault has found its field. */
  const place = ({ fields }: ApiProblem): boolean => {
    const faults = Object.entries(fields).map(([path, messages]) => ({ name: path.replaceAll(/\[(\d+)\]/g, '.$1'), message: messages.join(' ') }));
    for (const { name, message } of faults) form.setError(name as Path<T>, { type: 'server', message });
    return faults.length > 0 && faults.every(({ name }) => inputs.current.get(name)?.isConnected === true);
  };

  const submit = (send: (values: T) => Promise<unknown>): ((event?: SubmitEvent) => Promise<void>) =>
    form.handleSubmit(async (values) => {
      setProblem(null);
      try {
        await send(values);
      } catch (error) {
        const refusal = unreachable(error);
        if (!place(refusal)) setProblem(refusal);
        focusFirstFault();
      }
    });

  return {
    ...form,
    submit,
    busy: form.formState.isSubmitting,
    /** What the server said that stands under no field. */
    problem,
    forgetProblem: () => setProblem(null),
    /** For the field with this name: `<TextField {...field('name')} />`. */
    field: (name: Path<T>) => {
      const message = form.getFieldState(name, form.formState).error?.message;
      return { ...form.register(name), errors: message === undefined ? undefined : [message] };
    },
  };
}

export type Fields<T extends FieldValues> = ReturnType<typeof useFields<T>>;

function faultOf({ validity, labels, type, value, min, max, minLength, validationMessage }: HTMLInputElement): string | undefined {
  if (validity.badInput) return type === 'number' ? 'Enter a number.' : 'This is not complete.';
  if (validity.valueMissing) return `${labels?.[0]?.textContent ?? 'This'} is required.`;
  if (validity.typeMismatch) return 'Enter an e-mail address.';
  if (validity.rangeUnderflow) return `At least ${min}.`;
  if (validity.rangeOverflow) return `At most ${max}.`;
  if (value !== '' && value.length < minLength) return `At least ${minLength} characters.`;
  return validity.valid ? undefined : validationMessage;
}
