import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ScrollText, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { MoreButton } from '@/ui/more-button';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { useSettled } from '@/ui/use-settled';
import { auditQuery, useCheckAudit, type AuditRow } from './queries';
import { TenantFilter } from './tenant-filter';

const route = getRouteApi('/signed-in/admin');

export function Audit() {
  const { tenant } = route.useSearch();
  const [action, setAction] = useState('');
  const settled = useSettled(action);
  const audit = useInfiniteQuery(auditQuery({ tenant_id: tenant, action: settled || undefined }));
  const items = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const check = useCheckAudit();
  const problem = problemOf(check.error);
  return (
    <>
      <TenantFilter />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <TextField className="w-full max-w-sm" label="Action" placeholder="such as account.key_revealed" value={action} onChange={(event) => setAction(event.target.value)} />
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          <ShieldCheck aria-hidden className="size-4" />
          {check.isPending ? 'Walking the chains' : 'Check the chains'}
        </Button>
      </div>
      {problem !== null && <Notice className="mb-4" kind="error" problem={problem} />}
      {check.data !== undefined && (
        <Notice className="mb-4" kind={check.data.holds ? 'success' : 'error'} title={check.data.holds ? 'Every chain holds' : `${check.data.faults.length} of ${check.data.tenants} chains are broken`}>
          {check.data.rows.toLocaleString('en')} rows of {check.data.tenants.toLocaleString('en')} tenants were read.
          {check.data.faults.map((fault) => (
            <p key={fault.tenant_id} className="mt-1 break-all">
              Tenant {fault.tenant_id}, place {fault.seq}: {fault.what}
            </p>
          ))}
        </Notice>
      )}
      <Panel flush>
        {audit.isPending ? (
          <SkeletonRows label="Loading the audit log" />
        ) : audit.isError && items.length === 0 ? (
          <LoadError what="The audit log" error={audit.error} onRetry={() => void audit.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={ScrollText} title="No row matches">
            Actions are looked for by their whole name.
          </Empty>
        ) : (
          <>
            <ul className="divide-y divide-line">
              {items.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
            <MoreButton has={audit.hasNextPage} busy={audit.isFetchingNextPage} onMore={() => void audit.fetchNextPage()} />
          </>
        )}
      </Panel>
    </>
  );
}

const Row = ({ row }: { row: AuditRow }) => (
  <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-3 text-sm sm:px-5">
    <span className="text-muted tabular-nums">
      <When at={row.at} />
    </span>
    <span className="font-medium">{row.action}</span>
    <span className="min-w-0 grow truncate text-muted">{row.actor_email ?? (row.actor === null ? 'the system' : row.actor)}</span>
    {row.subject != null && <code className="max-w-full truncate font-mono text-[0.8125rem] text-faint">{row.subject}</code>}
    {row.detail != null && <code className="w-full font-mono text-[0.8125rem] break-all text-muted">{JSON.stringify(row.detail)}</code>}
  </li>
);
