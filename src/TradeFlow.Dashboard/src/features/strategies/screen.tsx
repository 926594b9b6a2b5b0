import { useQuery } from '@tanstack/react-query';
import { Plus, Radio } from 'lucide-react';
import { useState } from 'react';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { CreateDialog } from './create-dialog';
import { strategiesQuery } from './queries';
import { StrategyCard } from './strategy-card';

export function StrategiesScreen() {
  const { canManage } = useUser();
  const strategies = useQuery(strategiesQuery());
  const [creating, setCreating] = useState(false);
  const button = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden className="size-4" />
      New strategy
    </Button>
  );
  return (
    <>
      <PageHeader title="Strategies" actions={canManage && (strategies.data?.length ?? 0) > 0 ? button : undefined}>
        One alert, many accounts. Each account that follows a strategy trades in its own size, under its own rules.
      </PageHeader>
      {strategies.isPending ? (
        <Panel flush>
          <SkeletonRows label="Loading strategies" rows={3} />
        </Panel>
      ) : strategies.isError ? (
        <Panel flush>
          <LoadError what="Strategies" error={strategies.error} onRetry={() => void strategies.refetch()} />
        </Panel>
      ) : strategies.data.length === 0 ? (
        <Panel flush>
          <Empty icon={Radio} title="No strategy yet" action={canManage ? button : undefined}>
            Make one to send a single TradingView alert to several of your accounts at once. It has a webhook URL of its own.
          </Empty>
        </Panel>
      ) : (
        <ul className="flex flex-col gap-4">
          {strategies.data.map((strategy) => (
            <li key={strategy.id}>
              <StrategyCard strategy={strategy} />
            </li>
          ))}
        </ul>
      )}
      {canManage && <CreateDialog open={creating} onOpenChange={setCreating} />}
    </>
  );
}
