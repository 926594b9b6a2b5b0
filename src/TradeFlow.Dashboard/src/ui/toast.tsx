import { Toast as Radix } from 'radix-ui';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { unreachable } from '@/api/problem';
import { cx } from './cx';

type Kind = 'success' | 'error' | 'info';
interface Message {
  id: number;
  kind: Kind;
  title: string;
  text: string | undefined;
}
interface Toasts {
  success: (title: string, text?: string) => void;
  info: (title: string, text?: string) => void;
  error: (title: string, text?: string) => void;
  problem: (error: unknown) => void;
}

const ToastContext = createContext<Toasts | null>(null);
const icons = { success: CircleCheck, error: CircleAlert, info: Info };
const tints = { success: 'text-up', error: 'text-down', info: 'text-accent' };
let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const show = useCallback((kind: Kind, title: string, text?: string) => {
    lastId += 1;
    const id = lastId;
    setMessages((list) => [...list.slice(-3), { id, kind, title, text }]);
  }, []);
  const toasts = useMemo<Toasts>(
    () => ({
      success: (title, text) => show('success', title, text),
      info: (title, text) => show('info', title, text),
      error: (title, text) => show('error', title, text),
      problem: (error) => {
        const problem = unreachable(error);
        show('error', problem.message, problem.code);
      },
    }),
    [show],
  );
  return (
    <ToastContext value={toasts}>
      <Radix.Provider swipeDirection="right" duration={6000}>
        {children}
        {messages.map(({ id, kind, title, text }) => {
          const Icon = icons[kind];
          return (
            <Radix.Root
              key={id}
              type={kind === 'error' ? 'foreground' : 'background'}
              onOpenChange={(open) => {
                if (!open) setMessages((list) => list.filter((m) => m.id !== id));
              }}
              className="flex animate-enter items-start gap-3 rounded-xl border border-line bg-raised p-4 text-sm shadow-float"
            >
              <Icon aria-hidden className={cx('mt-px size-4.5 shrink-0', tints[kind])} />
              <div className="min-w-0 grow">
                <Radix.Title className="font-medium">{title}</Radix.Title>
                {text !== undefined && <Radix.Description className="mt-0.5 text-muted">{text}</Radix.Description>}
              </div>
              <Radix.Close aria-label="Dismiss" className="-m-1.5 grid size-7 shrink-0 place-items-center rounded-md text-faint hover:text-ink">
                <X aria-hidden className="size-4" />
              </Radix.Close>
            </Radix.Root>
          );
        })}
        <Radix.Viewport className="fixed inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-60 flex flex-col gap-2 sm:inset-x-auto sm:right-5 sm:bottom-5 sm:w-96" />
      </Radix.Provider>
    </ToastContext>
  );
}

export function useToasts(): Toasts {
  const toasts = use(ToastContext);
  if (toasts === null) throw new Error('useToasts outside ToastProvider');
  return toasts;
}
