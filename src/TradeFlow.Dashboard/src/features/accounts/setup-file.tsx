import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { api, unwrap } from '@/api/client';
import { Button } from '@/ui/button';
import { download } from '@/ui/download';
import { toasts } from '@/ui/toast';
import type { AgentSetup } from './queries';

/** A file for the terminal. It needs the token of the session, so it is read here. */
export function SetupFile({ broker, file }: { broker: string; file: AgentSetup['downloads'][number] }) {
  const read = useMutation({
    mutationFn: async () => {
      const content = await unwrap<Blob>(api.GET('/api/brokers/{broker}/downloads/{file}', { params: { path: { broker, file: file.name } }, parseAs: 'blob' }));
      download(content, file.name);
    },
  });
  return (
    <Button className="h-auto min-h-10 py-2 whitespace-normal" busy={read.isPending} onClick={() => read.mutate(undefined, { onError: toasts.problem })}>
      {!read.isPending && <Download aria-hidden className="size-4 shrink-0" />}
      {file.label}
      <span className="font-mono text-xs text-faint">{file.name}</span>
    </Button>
  );
}
