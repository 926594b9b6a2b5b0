import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../client';

/** All open positions of the user. The socket keeps this list current; see live-cache.ts. */
export const positionsQuery = () =>
  queryOptions({ queryKey: ['positions'], queryFn: ({ signal }) => unwrap(api.GET('/api/positions', { signal })) });
