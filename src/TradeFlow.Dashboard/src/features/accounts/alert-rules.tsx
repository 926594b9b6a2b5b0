import { useForm, useWatch } from 'react-hook-form';
import { problemOf } from '@/api/problem';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { SelectField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { SwitchLine } from '@/ui/switch-line';
import { useUpdateAccount } from './queries';

interface AlertRulesProps {
  account: Account;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function AlertRules({ account, open, onOpenChange }: AlertRulesProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Alert rules" description="What this account does with alerts that are not as they should be.">
      <RulesForm account={account} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function RulesForm({ account, onDone }: { account: Account; onDone: () => void }) {
  const update = useUpdateAccount(account.id);
  const { register, control, handleSubmit, setValue } = useForm({
    defaultValues: { onGap: account.on_gap, tradingviewOnly: account.tradingview_only },
  });
  const tradingviewOnly = useWatch({ control, name: 'tradingviewOnly' });
  const problem = problemOf(update.error);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) =>
        void handleSubmit((chosen) => update.mutate({ on_gap: chosen.onGap, tradingview_only: chosen.tradingviewOnly }, { onSuccess: onDone }))(event)
      }
    >
      {problem !== null && <Notice kind="error" problem={problem} />}
      <SelectField
        label="After a missed message of a strategy"
        help="A strategy's message says what it held before. Where the account holds something else, a message was missed: you are told, and exits go in any case."
        {...register('onGap')}
      >
        <option value="sync">Go where the strategy is</option>
        <option value="hold">Enter nothing</option>
      </SelectField>
      <SwitchLine
        label="TradingView only"
        text="Refuse alerts that do not come from TradingView's own addresses, also where their key is right. A test by hand is refused then, and so is an exit from elsewhere."
        on={tradingviewOnly}
        onChange={(on) => setValue('tradingviewOnly', on)}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={update.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
