import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gathered } from './gathered';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('What_is_scheduled_within_a_frame_runs_in_one_task_and_in_its_order', async () => {
  const schedule = gathered();
  const ran: string[] = [];
  schedule(() => ran.push('a'));
  await vi.advanceTimersByTimeAsync(10);
  schedule(() => ran.push('b'));
  expect(ran).toEqual([]);
  expect(vi.getTimerCount()).toBe(1);

  await vi.advanceTimersByTimeAsync(6);
  expect(ran).toEqual(['a', 'b']);

  schedule(() => ran.push('c'));
  await vi.advanceTimersByTimeAsync(16);
  expect(ran).toEqual(['a', 'b', 'c']);
});
