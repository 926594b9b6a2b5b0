import { parseLiveEvent, type LiveEvent } from './live-events';

export type LiveStatus = 'connecting' | 'live' | 'offline';

interface LiveSocketOptions {
  token: () => Promise<string | null>;
  refresh: () => Promise<string | null>;
  onEvent: (event: LiveEvent) => void;
  onStatus: (status: LiveStatus) => void;
  url?: (token: string) => string;
}

const tokenEnded = 4401;
const firstDelay = 500;
// A page that shows money asks again soon, however long it has been waiting.
const longestDelay = 5_000;
// An address that takes the connection and says nothing is not a server.
const patience = 10_000;

const defaultUrl = (token: string): string => {
  const url = new URL('/ws/positions', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('token', token);
  return url.href;
};

/** Keeps one socket open while it runs: waits longer after each failure, and gets a new token first when the server says 4401. */
export class LiveSocket {
  readonly #options: LiveSocketOptions;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #running = false;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    window.addEventListener('online', this.#hurry);
    window.addEventListener('offline', this.#lost);
    document.addEventListener('visibilitychange', this.#hurry);
    void this.#open(this.#options.token);
  }

  stop(): void {
    this.#running = false;
    window.removeEventListener('online', this.#hurry);
    window.removeEventListener('offline', this.#lost);
    document.removeEventListener('visibilitychange', this.#hurry);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    clearTimeout(this.#silence);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  readonly #hurry = (): void => {
    if (this.#timer === null || document.visibilityState === 'hidden') return;
    clearTimeout(this.#timer);
    this.#timer = null;
    void this.#open(this.#options.token);
  };

  /** The socket is given up at once: its own end would come minutes after the network's. */
  readonly #lost = (): void => {
    const socket = this.#socket;
    if (socket === null) return;
    this.#socket = null;
    socket.close();
    clearTimeout(this.#silence);
    this.#later(this.#options.token);
  };

  async #open(getToken: () => Promise<string | null>): Promise<void> {
    // An attempt after a failed one has proven nothing yet.
    if (this.#failures <= 1) this.#options.onStatus('connecting');
    let token: string | null;
    try {
      token = await getToken();
    } catch {
      this.#later(this.#options.token);
      return;
    }
    if (!this.#running || token === null) return;
    const socket = new WebSocket((this.#options.url ?? defaultUrl)(token));
    this.#socket = socket;
    this.#silence = setTimeout(this.#lost, patience);
    socket.addEventListener('message', (message) => {
      const event = parseLiveEvent(message.data);
      if (event === null || socket !== this.#socket) return;
      if (event.type === 'snapshot') {
        this.#failures = 0;
        clearTimeout(this.#silence);
        this.#options.onStatus('live');
      }
      this.#options.onEvent(event);
    });
    socket.addEventListener('close', (close) => {
      if (!this.#running || socket !== this.#socket) return;
      this.#socket = null;
      clearTimeout(this.#silence);
      this.#later(close.code === tokenEnded ? this.#options.refresh : this.#options.token);
    });
  }

  #later(getToken: () => Promise<string | null>): void {
    if (!this.#running) return;
    const ceiling = Math.min(longestDelay, firstDelay * 2 ** this.#failures);
    this.#failures += 1;
    this.#options.onStatus(this.#failures > 1 ? 'offline' : 'connecting');
    // Half fixed, half chance: a restarted server is not met by every page in the same instant.
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.#open(getToken);
      },
      ceiling / 2 + Math.random() * (ceiling / 2),
    );
  }
}
