import { queryOptions, skipToken } from '@tanstack/react-query';
import type { StopProgress } from '../live-events';

/** The newest step of a stop that is under way, as the socket told it; nobody asks for it. */
export const stopProgressQuery = () =>
  queryOptions<StopProgress | null>({
    queryKey: ['stop-progress'],
    queryFn: skipToken,
    staleTime: Infinity,
  });
