import { useForm, useWatch } from 'react-hook-form';
import { problemOf } from '@/api/problem';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { useUpdateAccount } from './queries';

const modes = [
  ['', 'None: the message must say it'],
  ['risk_percent', '% of equity lost at the stop'],
  ['risk_money', 'Money lost at the stop'],
  ['equity_percent', '% of equity as position'],
  ['units', 'Units of the underlying'],
] as const;

const stopUnits = [
  ['', 'None: the message must say it'],
  ['pips', 'Pips'],
  ['price', 'A price'],
  ['percent', 'Per cent'],
] as const;

const fields = ['default_size.mode', 'default_size.value', 'stop_unit'];

interface MessageDefaultsProps {
  account: Account;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function MessageDefaults({ account, open, onOpenChange }: MessageDefaultsProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Message defaults"
      description="What messages of other tools leave out. Messages of the template say all of it themselves."
    >
      <DefaultsForm account={account} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function DefaultsForm({ account, onDone }: { account: Account; onDone: () => void }) {
  const update = useUpdateAccount(account.id);
  const { register, control, handleSubmit } = useForm({
    defaultValues: {
      mode: account.default_size?.mode ?? '',
      value: account.default_size == null ? '' : String(account.default_size.value),
      stopUnit: account.stop_unit ?? '',
    },
  });
  const mode = useWatch({ control, name: 'mode' });
  const problem = problemOf(update.error);
  const isAtField = problem !== null && fields.some((field) => problem.fields[field] !== undefined);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) =>
        void handleSubmit((chosen) =>
          update.mutate(
            {
              default_size: chosen.mode === '' ? null : { mode: chosen.mode, value: Number(chosen.value) },
              stop_unit: chosen.stopUnit === '' ? null : chosen.stopUnit,
            },
            { onSuccess: onDone },
          ),
        )(event)
      }
    >
      {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
      <SelectField label="Size of an entry" errors={problem?.fields['default_size.mode']} {...register('mode')}>
        {modes.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
      {mode !== '' && (
        <TextField label="How much" type="number" min={0} step="any" required errors={problem?.fields['default_size.value']} {...register('value')} />
      )}
      <SelectField
        label="A bare number of a stop or target is"
        help="For texts such as sl=20, which do not say what they measure."
        errors={problem?.fields['stop_unit']}
        {...register('stopUnit')}
      >
        {stopUnits.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={update.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
