import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { TextField } from '@/ui/field';
import { useSettled } from '@/ui/use-settled';

const route = getRouteApi('/signed-in/admin');

/** What is looked for stands in the address, so that it can be passed on. */
export function SearchLine({ label }: { label: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.query ?? '');
  const settled = useSettled(typed);
  useEffect(() => {
    if (settled !== (search.query ?? '')) void navigate({ search: { ...search, query: settled || undefined }, replace: true });
  }, [settled, search, navigate]);
  return <TextField className="mb-4 max-w-sm" label={label} type="search" value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />;
}
