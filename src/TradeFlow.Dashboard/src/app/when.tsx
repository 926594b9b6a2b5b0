import { agoText, clockText, timeText, zoneName } from '@/ui/time';
import { useTheme } from './theme-context';
import { useNow } from './use-now';

/** A moment in the zone that the user chose; the exact time is one hover or focus away when the short form is shown. */
export function When({ at, form = 'full' }: { at: string | null | undefined; form?: 'full' | 'clock' | 'ago' }) {
  const { zone } = useTheme();
  if (at === null || at === undefined) return <span className="text-faint">—</span>;
  const full = timeText(at, zoneName(zone));
  return (
    <time dateTime={at} title={full} className="whitespace-nowrap">
      {form === 'full' ? full : form === 'clock' ? clockText(at, zoneName(zone)) : <Ago at={at} />}
    </time>
  );
}

function Ago({ at }: { at: string }) {
  return <>{agoText(at, useNow())}</>;
}
