import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { useAddPasskey } from './queries';

export function AddPasskey({ onDone }: { onDone: () => void }) {
  const add = useAddPasskey();
  const { field, submit, problem, busy } = useFields({ defaultValues: { name: '' } });
  const send = submit(async ({ name }) => {
    await add.mutateAsync(name.trim());
    toasts.success('Passkey added', 'You can log in with it from now on.');
    onDone();
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Add passkey" description="Your device asks for your finger, face or PIN next.">
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void send(event)}>
        {problem !== null && <Notice kind="error" problem={problem} />}
        <TextField label="What do you call this device?" placeholder="Work laptop" required maxLength={100} autoFocus {...field('name')} />
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy}>
            Continue
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
