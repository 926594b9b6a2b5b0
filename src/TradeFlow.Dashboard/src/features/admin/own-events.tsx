import { useQuery } from '@tanstack/react-query';
import { CalendarPlus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { ownEventsQuery, useAddEvent, useRemoveEvent } from './queries';

const none = { title: '', currency: 'All', impact: 'high', at: '' };

export function OwnEvents() {
  const events = useQuery(ownEventsQuery());
  const add = useAddEvent();
  const remove = useRemoveEvent();
  const [entry, setEntry] = useState(none);
  const problem = problemOf(add.error);
  const errors = problem?.fields ?? {};
  const submit = (): void => {
    const at = Date.parse(entry.at);
    add.mutate({ ...entry, at: Number.isNaN(at) ? '' : new Date(at).toISOString() }, { onSuccess: () => setEntry(none) });
  };
  return (
    <div className="grid gap-4 lg:grid-cols-[20rem_1fr] lg:items-start">
      <Panel title="Add an event" description="It locks entries of its currency like one of the feed.">
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <TextField label="Title" required maxLength={200} value={entry.title} errors={errors.title} onChange={(event) => setEntry({ ...entry, title: event.target.value })} />
          <TextField label="Currency" help="A code such as USD, or All." required value={entry.currency} errors={errors.currency} onChange={(event) => setEntry({ ...entry, currency: event.target.value })} />
          <SelectField label="Impact" value={entry.impact} errors={errors.impact} onChange={(event) => setEntry({ ...entry, impact: event.target.value })}>
            <option value="high">High</option>
            <option value="medium">Medium</option>
            <option value="low">Low</option>
            <option value="holiday">Holiday</option>
          </SelectField>
          <TextField label="Time on this device" type="datetime-local" required value={entry.at} errors={errors.at} onChange={(event) => setEntry({ ...entry, at: event.target.value })} />
          {problem !== null && Object.keys(errors).length === 0 && <Notice kind="error" problem={problem} />}
          <Button type="submit" look="primary" busy={add.isPending}>
            Add
          </Button>
        </form>
      </Panel>
      <Panel flush title="Added by hand">
        {events.isPending ? (
          <SkeletonRows label="Loading events" rows={3} />
        ) : events.isError ? (
          <LoadError what="Events" error={events.error} onRetry={() => void events.refetch()} />
        ) : events.data.length === 0 ? (
          <Empty icon={CalendarPlus} title="No event of your own is coming">
            Those of the feed are on the calendar.
          </Empty>
        ) : (
          <ul className="divide-y divide-line border-t border-line">
            {events.data.map((event) => (
              <li key={event.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-sm sm:px-5">
                <span className="text-muted">
                  <When at={event.at} />
                </span>
                <span className="grow font-medium">{event.title}</span>
                <Badge>{event.currency}</Badge>
                <Badge tone={event.impact === 'high' ? 'down' : 'neutral'}>{event.impact}</Badge>
                <Button size="icon" look="ghost" aria-label={`Remove ${event.title}`} onClick={() => remove.mutate(event.id, { onSuccess: () => toasts.success(`${event.title} is removed`), onError: toasts.problem })}>
                  <Trash2 aria-hidden className="size-4" />
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
