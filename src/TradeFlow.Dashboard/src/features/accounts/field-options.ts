import { queryOptions, useQueries } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { ListedOptions } from '@/ui/schema-form/listed-field';
import type { FormField } from '@/ui/schema-form/schema';
import { visible, type FormValues } from '@/ui/schema-form/values';

const fieldOptionsQuery = (broker: string, field: string, mode: string, chosen: FormValues) =>
  queryOptions({
    queryKey: ['brokers', broker, 'options', field, mode, chosen],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/brokers/{broker}/options/{field}', { params: { path: { broker, field }, query: { ...chosen, mode } }, signal })),
    staleTime: 60_000,
    // The field takes any text meanwhile, and offers to ask again.
    retry: false,
  });

/** The choices that only the broker knows, by the name of their field. What is typed stays here: only what was chosen from a list goes along. */
export function useFieldOptions(broker: string, fields: readonly FormField[], values: FormValues): Readonly<Record<string, ListedOptions>> {
  const asked = visible(fields, values).filter((field) => field.listsOptions);
  const chosen = Object.fromEntries(
    fields.filter((field) => field.kind === 'select' && field.name !== 'mode' && values[field.name]).map((field) => [field.name, values[field.name] ?? '']),
  );
  const answers = useQueries({ queries: asked.map((field) => fieldOptionsQuery(broker, field.name, values['mode'] ?? '', chosen)) });
  return Object.fromEntries(
    answers.map(({ data, isFetching, isError, refetch }, index): [string, ListedOptions] => [
      asked[index]?.name ?? '',
      { state: data === undefined && isFetching ? 'loading' : isError ? 'failed' : 'ready', options: data ?? [], retry: () => void refetch() },
    ]),
  );
}
