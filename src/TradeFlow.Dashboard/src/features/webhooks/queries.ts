import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { TemplateOptions } from './template-options';

export const templateQuery = (accountId: string, options: TemplateOptions) =>
  queryOptions({
    queryKey: ['template', accountId, options],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/webhooks/template', {
          params: {
            query: {
              account_id: accountId,
              form: options.form,
              symbol: options.symbol || undefined,
              ...(options.form === 'strategy'
                ? {}
                : {
                    side: options.side,
                    qty: options.qty || undefined,
                    type: options.type,
                    price: options.type === 'market' ? undefined : options.price || undefined,
                  }),
              sl_mode: options.sl === '' ? undefined : options.slMode,
              sl: options.sl || undefined,
              tp_mode: options.tp === '' ? undefined : options.tpMode,
              tp: options.tp || undefined,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    // It holds the key of the account: it is not kept when nobody looks at it.
    gcTime: 0,
  });

export const toolsQuery = () =>
  queryOptions({
    queryKey: ['tool-messages'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/webhooks/tools', { signal })),
    staleTime: Infinity,
  });
