import { PasswordField, SelectField, TextField } from '../field';
import { Switch } from '../switch';
import { ListedField, type ListedOptions } from './listed-field';
import type { FormField } from './schema';
import { visible, type FormErrors, type FormValues } from './values';

/** Draws the fields of a schema. It knows types and formats, and nothing of what the form is for. */
export function SchemaFields({
  fields,
  values,
  errors,
  onChange,
  disabled = false,
  listed = {},
}: {
  fields: readonly FormField[];
  values: FormValues;
  errors: FormErrors;
  onChange: (name: string, value: string) => void;
  disabled?: boolean;
  /** What the server lists for the fields whose options are asked of it. */
  listed?: Readonly<Record<string, ListedOptions>>;
}) {
  return (
    <div className="flex flex-col gap-4">
      {visible(fields, values).map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          errors={errors[field.name]}
          onChange={(value) => onChange(field.name, value)}
          disabled={disabled}
          listed={listed[field.name]}
        />
      ))}
    </div>
  );
}

interface SchemaFieldProps {
  field: FormField;
  value: string;
  errors: readonly string[] | undefined;
  onChange: (value: string) => void;
  disabled: boolean;
  listed: ListedOptions | undefined;
}

function SchemaField({ field, value, errors, onChange, disabled, listed }: SchemaFieldProps) {
  if (listed !== undefined) return <ListedField {...{ field, listed, value, errors, onChange, disabled }} />;
  const common = {
    name: field.name,
    label: field.label,
    help: field.help,
    errors,
    optional: !field.required,
    disabled,
    required: field.required,
    value,
  };
  if (field.kind === 'boolean')
    return (
      <div className="flex flex-col gap-1.5">
        <div className="flex items-center justify-between gap-4">
          <span className="text-sm">
            <span className="font-medium">{field.label}</span>
            {field.help !== undefined && <span className="block text-[0.8125rem] text-muted">{field.help}</span>}
          </span>
          <Switch label={field.label} checked={value === 'true'} onChange={(on) => onChange(String(on))} disabled={disabled} />
        </div>
        {errors !== undefined && errors.length > 0 && (
          <p role="alert" className="text-[0.8125rem] font-medium text-down">
            {errors.join(' ')}
          </p>
        )}
      </div>
    );
  if (field.kind === 'select')
    return (
      <SelectField {...common} onChange={(event) => onChange(event.target.value)}>
        {!field.required && <option value="">Not set</option>}
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </SelectField>
    );
  const change = { onChange: (event: { target: { value: string } }) => onChange(event.target.value), placeholder: field.placeholder };
  // "new-password" keeps the browser from filling in, and saving over, the password of this site.
  if (field.kind === 'password')
    return <PasswordField {...common} {...change} inputMode={field.inputMode} autoComplete={field.autocomplete ?? 'new-password'} />;
  const numeric = field.kind === 'number' || field.kind === 'integer';
  return (
    <TextField
      {...common}
      {...change}
      type={field.kind === 'email' ? 'email' : field.kind === 'url' ? 'url' : 'text'}
      inputMode={field.inputMode ?? (field.kind === 'integer' ? 'numeric' : numeric ? 'decimal' : undefined)}
      autoComplete={field.autocomplete ?? 'off'}
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}
