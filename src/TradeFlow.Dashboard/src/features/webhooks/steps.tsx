import { Panel } from '@/ui/panel';

const steps = [
  ['Open the chart and create an alert', 'In TradingView, press Alt + A, or choose Create alert. Webhooks need two-factor log-in at TradingView.'],
  ['Paste the message', 'Replace everything in the Message box with the message above.'],
  ['Set the webhook URL', 'Under Notifications, tick Webhook URL and paste the address.'],
  ['Save, and watch the log', 'The first signal appears in the Webhook log within a second of the alert.'],
] as const;

export function Steps() {
  return (
    <Panel title="In TradingView">
      <ol className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {steps.map(([name, text], index) => (
          <li key={name} className="flex gap-3">
            <span aria-hidden className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-[0.8125rem] font-semibold text-accent">
              {index + 1}
            </span>
            <div className="text-sm">
              <p className="font-medium">{name}</p>
              <p className="mt-0.5 text-pretty text-muted">{text}</p>
            </div>
          </li>
        ))}
      </ol>
      <p className="mt-5 border-t border-line pt-4 text-[0.8125rem] text-muted">
        TradingView waits 3 seconds for an answer, sends again up to three times when it gets an error (it trades once all the same), and stops an alert that fires more
        than 15 times in 3 minutes.
      </p>
    </Panel>
  );
}
