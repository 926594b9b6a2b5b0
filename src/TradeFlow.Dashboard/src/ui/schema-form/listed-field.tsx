import { SelectField, TextField } from '../field';
import type { FormField, Option } from './schema';

/** Options that the server is asked for while the form is open. */
export interface ListedOptions {
  state: 'loading' | 'failed' | 'ready';
  options: readonly Option[];
  retry: () => void;
}

/** A choice from what the server lists. Where it lists nothing the field takes any text: a list that fails keeps nobody out. */
export function ListedField({
  field,
  listed,
  value,
  onChange,
  errors,
  disabled,
}: {
  field: FormField;
  listed: ListedOptions;
  value: string;
  onChange: (value: string) => void;
  errors: readonly string[] | undefined;
  disabled: boolean;
}) {
  const { state, options, retry } = listed;
  const common = { name: field.name, label: field.label, errors, optional: !field.required, required: field.required, value };
  const change = (event: { target: { value: string } }): void => onChange(event.target.value);
  if (state === 'loading')
    return (
      <SelectField {...common} help={field.help} aria-busy disabled>
        <option value={value}>{value === '' ? 'Loading the choices' : value}</option>
      </SelectField>
    );
  if (options.length > 0)
    return (
      <SelectField {...common} help={field.help} onChange={change} disabled={disabled}>
        <option value="">{field.required ? 'Choose' : 'Not set'}</option>
        {value !== '' && !options.some((option) => option.value === value) && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </SelectField>
    );
  return (
    <TextField
      {...common}
      help={state === 'failed' ? <Retry help={field.help} onRetry={retry} /> : field.help}
      onChange={change}
      disabled={disabled}
      placeholder={field.placeholder}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}

function Retry({ help, onRetry }: { help: string | undefined; onRetry: () => void }) {
  return (
    <>
      {help} The choices could not be loaded: type yours, or{' '}
      <button type="button" className="font-medium text-accent underline underline-offset-4" onClick={onRetry}>
        load them again
      </button>
      .
    </>
  );
}
