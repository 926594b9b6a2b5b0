import { problemOf } from '@/api/problem';
import type { OwnApp } from '@/api/types';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { maskKey, Secret } from '@/ui/secret';
import { AppForm } from './app-form';
import { useCreateApp } from './queries';

/** Asks what the app is, then shows what it identifies itself with. */
export function CreateApp({ onDone }: { onDone: () => void }) {
  const create = useCreateApp();
  const made = create.data;
  return made === undefined ? (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="New app" description="People see its name and this workspace's when it asks for access.">
      <AppForm problem={problemOf(create.error)} busy={create.isPending} onCancel={onDone} onSave={(app) => create.mutate(app)} />
    </Dialog>
  ) : (
    <Made app={made} onDone={onDone} />
  );
}

function Made({ app, onDone }: { app: OwnApp; onDone: () => void }) {
  const secret = app.client_secret ?? null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`${app.name} is ready`}
      description={secret === null ? 'It identifies itself by its id, and proves each log-in with PKCE.' : 'The secret is shown only now. Treat it like a password.'}
    >
      <div className="flex flex-col gap-4">
        <div>
          <p className="mb-1.5 text-[0.8125rem] font-medium">Client id</p>
          <div className="flex flex-wrap items-center gap-2">
            <code className="min-w-0 grow basis-56 rounded-lg border border-line bg-sunken px-3 py-2 font-mono text-[0.8125rem] break-all">{app.client_id}</code>
            <CopyButton what="the client id" text={app.client_id} />
          </div>
        </div>
        {secret !== null && (
          <div>
            <p className="mb-1.5 text-[0.8125rem] font-medium">Client secret</p>
            <Secret masked={maskKey(secret)} secret={secret} what="the client secret" />
          </div>
        )}
      </div>
      <DialogActions>
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}
