import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { meQuery } from '@/api/queries/me';
import { toasts } from '@/ui/toast';
import { serverZone, type ZoneChoice } from '@/ui/time';
import { useTheme } from './theme-context';

/** The zone of times, and its change: seen at once, and kept for the person, so that it is the same in every browser. */
export function useZoneChoice(): [ZoneChoice, (zone: ZoneChoice) => void] {
  const { zone, setZone } = useTheme();
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: (next: ZoneChoice) => unwrap(api.PATCH('/api/user/me', { body: { time_zone: serverZone(next) } })),
    onSuccess: (me) => queries.setQueryData(meQuery().queryKey, me),
  });
  const choose = (next: ZoneChoice): void => {
    setZone(next);
    keep.mutate(next, {
      onError: (problem) => {
        setZone(zone);
        toasts.problem(problem);
      },
    });
  };
  return [zone, choose];
}
