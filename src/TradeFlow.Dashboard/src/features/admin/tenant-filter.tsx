import { getRouteApi } from '@tanstack/react-router';
import { Button } from '@/ui/button';

const route = getRouteApi('/signed-in/admin');

/** Says that one tenant alone is shown, and takes that back. */
export function TenantFilter() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  if (search.tenant === undefined) return null;
  return (
    <p className="mb-4 flex flex-wrap items-center gap-3 text-sm text-muted">
      Of tenant <code className="font-mono text-[0.8125rem] break-all">{search.tenant}</code>
      <Button size="sm" onClick={() => void navigate({ search: { tab: search.tab } })}>
        Show all tenants
      </Button>
    </p>
  );
}
