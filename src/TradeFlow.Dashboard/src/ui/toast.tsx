import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { DismissableLayer } from 'radix-ui/internal';
import { toast, Toaster } from 'sonner';
import { unreachable } from '@/api/problem';
import { cx } from './cx';

type Kind = 'success' | 'error' | 'info';

const icons = { success: CircleCheck, error: CircleAlert, info: Info };
const tints = { success: 'text-up', error: 'text-down', info: 'text-accent' };

const show =
  (kind: Kind) =>
  (title: string, text?: string): void =>
    void toast.custom((id) => <Card kind={kind} title={title} text={text} onDismiss={() => toast.dismiss(id)} />);

/** Messages that stand over the page for a while. */
export const toasts = {
  success: show('success'),
  info: show('info'),
  error: show('error'),
  clear: (): void => void toast.dismiss(),
  problem: (cause: unknown): void => {
    const problem = unreachable(cause);
    toasts.error(problem.message, problem.code);
  },
};

function Card({ kind, title, text, onDismiss }: { kind: Kind; title: string; text: string | undefined; onDismiss: () => void }) {
  const Icon = icons[kind];
  return (
    <div className="flex items-start gap-3 rounded-xl border border-line bg-raised p-4 text-sm shadow-float">
      <Icon aria-hidden className={cx('mt-px size-4.5 shrink-0', tints[kind])} />
      {/* The list around it is read out when the reader pauses; an error does not wait for that. */}
      <div className="min-w-0 grow" role={kind === 'error' ? 'alert' : undefined}>
        <p className="font-medium">{title}</p>
        {text !== undefined && <p className="mt-0.5 text-muted">{text}</p>}
      </div>
      <button type="button" aria-label="Dismiss" onClick={onDismiss} className="-m-1.5 grid size-7 shrink-0 place-items-center rounded-md text-faint hover:text-ink">
        <X aria-hidden className="size-4" />
      </button>
    </div>
  );
}

/** The place where toasts appear, once in the page. To dialogs it belongs to them: a click on a toast closes none. */
export function Toasts() {
  return (
    <DismissableLayer.Branch>
      <Toaster
        expand
        visibleToasts={4}
        gap={8}
        duration={6000}
        swipeDirections={['right']}
        hotkey={['F8']}
        customAriaLabel="Notifications (F8)"
        className="inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] w-auto font-sans sm:inset-x-auto sm:right-5 sm:bottom-5 sm:w-96"
        toastOptions={{ className: 'w-full data-[visible=true]:pointer-events-auto' }}
      />
    </DismissableLayer.Branch>
  );
}
