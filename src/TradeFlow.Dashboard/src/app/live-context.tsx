import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import { LiveCache } from '@/api/live-cache';
import { LiveSocket, type LiveStatus } from '@/api/live-socket';
import { session } from '@/api/session';
import { toasts } from '@/ui/toast';

const LiveContext = createContext<LiveStatus>('connecting');

/** One socket for the whole page. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>('connecting');

  useEffect(() => {
    const cache = new LiveCache(queries);
    const socket = new LiveSocket({
      token: () => session.token(),
      refresh: () => session.refresh(),
      onStatus: setStatus,
      onEvent: (event) => {
        cache.apply(event);
        if (event.type === 'notification') toasts[event.severity === 'info' ? 'info' : 'error'](event.text);
      },
    });
    socket.start();
    return () => socket.stop();
  }, [queries]);

  return <LiveContext value={status}>{children}</LiveContext>;
}

export const useLive = (): LiveStatus => use(LiveContext);

/** Lists that the socket keeps current are asked for only while it is down. */
export const usePollInterval = (): number | false => (useLive() === 'live' ? false : 5000);
