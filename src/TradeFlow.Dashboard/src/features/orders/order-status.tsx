import { Badge, type Tone } from '@/ui/badge';

export const orderStatuses = ['PENDING', 'WORKING', 'FILLED', 'PARTIALLY_FILLED', 'CANCELED', 'REJECTED', 'UNKNOWN'] as const;

const texts: Record<(typeof orderStatuses)[number], { label: string; tone: Tone; help: string }> = {
  PENDING: { label: 'Pending', tone: 'accent', help: 'Recorded and on its way to the broker.' },
  WORKING: { label: 'Working', tone: 'accent', help: 'Resting at the broker.' },
  FILLED: { label: 'Filled', tone: 'up', help: 'Done in full.' },
  PARTIALLY_FILLED: { label: 'Part filled', tone: 'warn', help: 'Done in part; the rest is still working.' },
  CANCELED: { label: 'Canceled', tone: 'neutral', help: 'Taken back before it was filled.' },
  REJECTED: { label: 'Rejected', tone: 'down', help: 'Refused; nothing was traded.' },
  UNKNOWN: { label: 'Being checked', tone: 'warn', help: 'The broker’s answer was lost. The order is looked up at the broker and is never sent twice.' },
};

export const statusLabel = (status: (typeof orderStatuses)[number]): string => texts[status].label;

export function OrderStatusBadge({ status }: { status: string }) {
  const known = orderStatuses.find((name) => name === status);
  const { label, tone, help } = known === undefined ? ({ label: status, tone: 'neutral', help: status } as const) : texts[known];
  return (
    <span title={help}>
      <Badge dot tone={tone}>
        {label}
      </Badge>
    </span>
  );
}
