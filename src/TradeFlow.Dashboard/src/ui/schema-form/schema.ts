import { isRecord } from '@/api/problem';

const inputModes = ['text', 'numeric', 'decimal', 'tel', 'email', 'url'] as const;
type InputMode = (typeof inputModes)[number];

export interface Option {
  value: string;
  label: string;
}

/** One input of a form that the server describes as a JSON Schema. */
export interface FormField {
  name: string;
  kind: 'text' | 'email' | 'password' | 'url' | 'select' | 'number' | 'integer' | 'boolean';
  label: string;
  help: string | undefined;
  placeholder: string | undefined;
  required: boolean;
  options: readonly Option[];
  /** Its options are asked of the server; without them it takes any text. */
  listsOptions: boolean;
  pattern: string | undefined;
  patternMessage: string | undefined;
  minLength: number | undefined;
  maxLength: number | undefined;
  minimum: number | undefined;
  maximum: number | undefined;
  autocomplete: string | undefined;
  /** The keyboard of a phone. */
  inputMode: InputMode | undefined;
  initial: string;
  order: number;
  /** Asked for only while another field has one of these values. */
  visibleWhen: { field: string; in: readonly string[] } | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** "account_number" → "Account number", for a schema that gives no title. */
const humanize = (name: string): string => {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_-]+/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function typeOf(property: Record<string, unknown>): string {
  const type = property['type'];
  if (Array.isArray(type)) return type.find((t): t is string => typeof t === 'string' && t !== 'null') ?? 'string';
  return text(type) ?? 'string';
}

function kindOf(property: Record<string, unknown>, hasOptions: boolean): FormField['kind'] {
  const type = typeOf(property);
  if (type === 'boolean') return 'boolean';
  if (hasOptions) return 'select';
  if (type === 'integer' || type === 'number') return type;
  const format = property['format'];
  if (format === 'password' || property['writeOnly'] === true) return 'password';
  if (format === 'email') return 'email';
  if (format === 'uri' || format === 'url') return 'url';
  return 'text';
}

function optionsOf(property: Record<string, unknown>): Option[] {
  const named = property['oneOf'];
  if (Array.isArray(named))
    return named
      .filter(isRecord)
      .filter((option) => option['const'] !== undefined)
      .map((option) => ({ value: String(option['const']), label: text(option['title']) ?? humanize(String(option['const'])) }));
  const values = property['enum'];
  if (!Array.isArray(values)) return [];
  const labels = property['x-enum-labels'];
  return values
    .filter((value) => value !== null)
    .map((value, index) => {
      const label = Array.isArray(labels) ? text(labels[index]) : isRecord(labels) ? text(labels[String(value)]) : undefined;
      return { value: String(value), label: label ?? humanize(String(value)) };
    });
}

function conditionOf(property: Record<string, unknown>): FormField['visibleWhen'] {
  const condition = property['x-visible-when'];
  if (!isRecord(condition) || typeof condition['field'] !== 'string' || !Array.isArray(condition['in'])) return undefined;
  return { field: condition['field'], in: condition['in'].map(String) };
}

/** Reads the schema tolerantly: what is not understood becomes a text field, and the server has the last word anyway. */
export function readFields(schema: unknown): FormField[] {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return [];
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(schema['properties'])
    .filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]) && entry[1]['x-hidden'] !== true)
    .map(([name, property], index): FormField => {
      const options = optionsOf(property);
      const fallback = property['default'];
      const kind = kindOf(property, options.length > 0);
      const must = required.has(name) || property['x-required'] === true;
      const first = kind === 'select' && must ? (options[0]?.value ?? '') : '';
      return {
        name,
        kind,
        label: text(property['title']) ?? humanize(name),
        help: text(property['description']),
        placeholder: text(property['x-placeholder']) ?? (Array.isArray(property['examples']) ? text(property['examples'][0]) : undefined),
        required: must,
        options,
        listsOptions: text(property['x-options-source']) !== undefined,
        pattern: text(property['pattern']),
        patternMessage: text(property['x-pattern-message']),
        minLength: number(property['minLength']),
        maxLength: number(property['maxLength']),
        minimum: number(property['minimum']),
        maximum: number(property['maximum']),
        autocomplete: text(property['x-autocomplete']),
        inputMode: inputModes.find((mode) => mode === property['x-input-mode']),
        initial: fallback === undefined || fallback === null ? first : String(fallback),
        order: number(property['x-order']) ?? index + 1000,
        visibleWhen: conditionOf(property),
      };
    })
    .toSorted((a, b) => a.order - b.order);
}
