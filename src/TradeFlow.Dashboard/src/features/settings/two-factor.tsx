import { useState } from 'react';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { DisableTwoFactor } from './two-factor-disable';
import { EnableTwoFactor } from './two-factor-enable';

export function TwoFactor() {
  const { user } = useUser();
  const [dialog, setDialog] = useState<'enable' | 'disable' | null>(null);
  const on = user.two_factor_enabled;
  return (
    <Panel
      title="Two-factor log-in"
      description="A code from your phone, besides the password. For an account that can trade it should be on."
      actions={on === undefined ? undefined : <Badge dot tone={on ? 'up' : 'neutral'}>{on ? 'On' : 'Off'}</Badge>}
    >
      <div className="flex flex-wrap gap-2">
        {on !== true && <Button onClick={() => setDialog('enable')}>Set up two-factor log-in</Button>}
        {on !== false && (
          <Button look="danger-quiet" onClick={() => setDialog('disable')}>
            Turn off
          </Button>
        )}
      </div>
      {dialog === 'enable' && <EnableTwoFactor onDone={() => setDialog(null)} />}
      {dialog === 'disable' && <DisableTwoFactor onDone={() => setDialog(null)} />}
    </Panel>
  );
}
