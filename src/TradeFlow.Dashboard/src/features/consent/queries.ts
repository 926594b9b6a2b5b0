import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { session } from '@/api/session';

export const consentQuery = (request: string) =>
  queryOptions({
    queryKey: ['consent', request],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/consent', { params: { query: { request } }, signal })),
    staleTime: Infinity,
  });

/** The browser leaves for the address in the answer, which is ours and leads on to the program's. */
export const useDecide = (request: string, leave: (url: string) => void) =>
  useMutation({
    mutationFn: (allow: boolean) => unwrap(api.POST('/api/user/consent', { body: { request, allow } })),
    onSuccess: ({ continue_url }) => leave(continue_url),
  });

/** The page starts anew in the other workspace, with the same request. */
export const useChooseTenant = (reload: () => void) =>
  useMutation({
    mutationFn: async (tenant_id: string) => session.choose(await unwrap(api.POST('/auth/switch', { body: { tenant_id } }))),
    onSuccess: reload,
  });
