/**
 * What asks for a fresh proof of who somebody is waits here until the page has asked for it. One question serves every call that comes meanwhile.
 * Reads that come by themselves do not ask again once the person has said no.
 */
export class ConfirmationStore {
  #waiting: ((isProven: boolean) => void)[] = [];
  #isDeclined = false;
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether the question stands. */
  snapshot = (): boolean => this.#waiting.length > 0;

  /** True once the proof is given; false when the person has declined, or when nothing is there to ask them. */
  ask(isRead: boolean): Promise<boolean> {
    if (this.#listeners.size === 0 || (isRead && this.#isDeclined)) return Promise.resolve(false);
    const answer = new Promise<boolean>((resolve) => this.#waiting.push(resolve));
    this.#tell();
    return answer;
  }

  settle(isProven: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isDeclined = !isProven;
    for (const settle of waiting) settle(isProven);
    this.#tell();
  }

  /** The person wants to see it after all. */
  askAgain(): void {
    this.#isDeclined = false;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const confirmation = new ConfirmationStore();
