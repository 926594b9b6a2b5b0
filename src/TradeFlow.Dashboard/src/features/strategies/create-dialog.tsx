import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { Address } from './address-dialog';
import { useChangeStrategy, useCreateStrategy, type Strategy } from './queries';

interface Opened {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks for a name, then shows what to paste into TradingView. */
export function CreateDialog({ open, onOpenChange }: Opened) {
  const create = useCreateStrategy();
  const made = create.data;
  const change = (next: boolean): void => {
    if (!next) create.reset();
    onOpenChange(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      wide={made !== undefined}
      title={made === undefined ? 'New strategy' : `${made.name} is ready`}
      description={made === undefined ? 'It is private: only accounts of this workspace can follow it.' : 'Paste both into the alert in TradingView, then choose Activate for each account that should trade it.'}
    >
      {made?.webhook_url == null ? (
        <NameForm problem={problemOf(create.error)} busy={create.isPending} action="Create" onCancel={() => change(false)} onSave={(body) => create.mutate(body)} />
      ) : (
        <>
          <Address url={made.webhook_url} name={made.name} />
          <DialogActions>
            <Button look="primary" onClick={() => change(false)}>
              Done
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

export function EditDialog({ strategy, open, onOpenChange }: Opened & { strategy: Strategy }) {
  const save = useChangeStrategy(strategy.id);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Rename ${strategy.name}`} description="What was traded under the old name stays under it in the log and in Analytics.">
      <NameForm
        name={strategy.name}
        about={strategy.description}
        problem={problemOf(save.error)}
        busy={save.isPending}
        action="Save"
        onCancel={() => onOpenChange(false)}
        onSave={(body) => save.mutate(body, { onSuccess: () => onOpenChange(false) })}
      />
    </Dialog>
  );
}

function NameForm({
  name: before = '',
  about = '',
  problem,
  busy,
  action,
  onCancel,
  onSave,
}: {
  name?: string;
  about?: string;
  problem: ReturnType<typeof problemOf>;
  busy: boolean;
  action: string;
  onCancel: () => void;
  onSave: (body: { name: string; description: string }) => void;
}) {
  const [name, setName] = useState(before);
  const [description, setDescription] = useState(about);
  const isAtField = problem !== null && (problem.fields['name'] !== undefined || problem.fields['description'] !== undefined);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSave({ name: name.trim(), description: description.trim() });
      }}
    >
      {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
      <TextField label="Name" required maxLength={60} errors={problem?.fields['name']} value={name} onChange={(e) => setName(e.target.value)} />
      <TextField label="What it does" optional maxLength={1000} errors={problem?.fields['description']} value={description} onChange={(e) => setDescription(e.target.value)} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" busy={busy}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
