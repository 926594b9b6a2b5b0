import { Trash2 } from 'lucide-react';
import type { OwnApp } from '@/api/types';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';

export function AppRow({ app, onDelete }: { app: OwnApp; onDelete: () => void }) {
  return (
    <li className="flex items-start gap-3 px-4 py-4 text-sm sm:px-5">
      <div className="flex min-w-0 grow flex-col gap-2">
        <p className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 font-medium break-words">{app.name}</span>
          <Badge>{app.confidential ? 'has a secret' : 'no secret'}</Badge>
          {!app.published && <Badge>this workspace only</Badge>}
          {app.scopes.map((scope) => (
            <Badge key={scope} tone={scope === 'trade' ? 'warn' : 'neutral'}>
              {scope}
            </Badge>
          ))}
        </p>
        <p className="flex flex-wrap items-center gap-2">
          <span className="text-xs text-faint">Client id</span>
          <code className="min-w-0 font-mono text-xs break-all sm:text-[0.8125rem]">{app.client_id}</code>
          <CopyButton what={`the client id of ${app.name}`} text={app.client_id} />
        </p>
        {app.redirect_uris.length > 0 && (
          <ul aria-label={`Addresses of ${app.name}`} className="flex flex-col gap-0.5 font-mono text-xs text-muted">
            {app.redirect_uris.map((uri) => (
              <li key={uri} className="break-all">
                {uri}
              </li>
            ))}
          </ul>
        )}
        <p className="text-[0.8125rem] text-muted">
          Made <When at={app.created_at} form="ago" />
        </p>
      </div>
      <Button look="ghost" size="icon" aria-label={`Delete ${app.name}`} onClick={onDelete}>
        <Trash2 aria-hidden className="size-4" />
      </Button>
    </li>
  );
}
