import type { FormField } from './schema';

export type FormValues = Readonly<Record<string, string>>;
export type FormErrors = Readonly<Record<string, readonly string[]>>;

export const initialValues = (fields: readonly FormField[]): FormValues => Object.fromEntries(fields.map((f) => [f.name, f.initial]));

/** The errors without those of one field, which has been changed. */
export const without = (errors: FormErrors, name: string): FormErrors => Object.fromEntries(Object.entries(errors).filter(([field]) => field !== name));

/** The fields that are asked for with these values. */
export const visible = (fields: readonly FormField[], values: FormValues): readonly FormField[] =>
  fields.filter((field) => field.visibleWhen === undefined || field.visibleWhen.in.includes(values[field.visibleWhen.field] ?? ''));

/** What a person can get wrong and see at once. The server checks the same and more. */
export function validate(fields: readonly FormField[], values: FormValues): FormErrors {
  return Object.fromEntries(visible(fields, values).map((field) => [field.name, problems(field, values[field.name] ?? '')]).filter(([, list]) => list?.length !== 0));
}

function problems(field: FormField, raw: string): string[] {
  const value = field.kind === 'password' ? raw : raw.trim();
  if (value === '') return field.required && field.kind !== 'boolean' ? [`${field.label} is required.`] : [];
  if (field.kind === 'email' && !/^\S+@\S+$/.test(value)) return ['Enter an e-mail address.'];
  if (field.kind === 'number' || field.kind === 'integer') return numberProblems(field, value);
  if (field.minLength !== undefined && value.length < field.minLength) return [`At least ${field.minLength} characters.`];
  if (field.maxLength !== undefined && value.length > field.maxLength) return [`At most ${field.maxLength} characters.`];
  if (field.pattern !== undefined && !matches(field.pattern, value)) return [field.patternMessage ?? 'This does not have the expected form.'];
  return [];
}

function numberProblems(field: FormField, value: string): string[] {
  const number = Number(value);
  if (!Number.isFinite(number)) return ['Enter a number.'];
  if (field.kind === 'integer' && !Number.isInteger(number)) return ['Enter a whole number.'];
  if (field.minimum !== undefined && number < field.minimum) return [`At least ${field.minimum}.`];
  if (field.maximum !== undefined && number > field.maximum) return [`At most ${field.maximum}.`];
  return [];
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    // A pattern that this browser cannot read is left to the server.
    return true;
  }
}

/** The body to send: numbers as numbers, and an optional field that was left empty is left out. */
export function toBody(fields: readonly FormField[], values: FormValues): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of visible(fields, values)) {
    const raw = values[field.name] ?? '';
    if (field.kind === 'boolean') body[field.name] = raw === 'true';
    else if (raw.trim() === '') continue;
    else if (field.kind === 'number' || field.kind === 'integer') body[field.name] = Number(raw);
    else body[field.name] = field.kind === 'password' ? raw : raw.trim();
  }
  return body;
}
