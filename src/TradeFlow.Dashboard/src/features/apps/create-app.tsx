import { problemOf } from '@/api/problem';
import type { OwnApp } from '@/api/types';
import { Button } from '@/ui/button';
import { CopyLine } from '@/ui/copy-line';
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
          <CopyLine what="the client id" text={app.client_id} />
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
