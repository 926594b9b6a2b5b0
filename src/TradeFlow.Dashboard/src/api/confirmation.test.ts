import { afterEach, expect, test, vi } from 'vitest';
import { api, unwrap } from './client';
import { confirmation } from './confirmation';
import { session } from './session';

afterEach(() => {
  vi.unstubAllGlobals();
  session.clear();
  confirmation.askAgain();
});

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

/** A server that wants a proof until it was given, and a page that answers the question as told. */
function begin(proves: boolean): { seen: string[]; asked: () => number; end: () => void } {
  const seen: string[] = [];
  let questions = 0;
  let isProven = false;
  let wasAsked = false;
  vi.stubGlobal('fetch', async (request: Request) => {
    seen.push(`${request.method} ${await request.text()}`);
    return isProven ? answer(200, { api_key: 'k' }) : answer(403, { code: 'auth.confirm_required', title: 'No' });
  });
  session.accept({ access_token: 't', expires_in: 600 });
  const end = confirmation.subscribe(() => {
    const isAsked = confirmation.snapshot();
    const isNew = isAsked && !wasAsked;
    wasAsked = isAsked;
    if (!isNew) return;
    questions += 1;
    setTimeout(() => {
      isProven = proves;
      confirmation.settle(proves);
    });
  });
  return { seen, asked: () => questions, end };
}

const reveal = () => unwrap(api.POST('/api/accounts/{id}/reveal-api-key', { params: { path: { id: 'a' } } }));
const read = () => unwrap(api.GET('/api/admin/health'));

test('A_call_goes_on_with_what_it_sent_once_the_proof_is_given', async () => {
  const { seen, end } = begin(true);
  await unwrap(api.POST('/api/user/email', { body: { email: 'new@example.com' } }));
  expect(seen).toEqual(['POST {"email":"new@example.com"}', 'POST {"email":"new@example.com"}']);
  end();
});

test('Calls_that_come_together_are_one_question', async () => {
  const { asked, end } = begin(true);
  await Promise.all([reveal(), reveal(), read()]);
  expect(asked()).toBe(1);
  end();
});

test('Who_declines_gets_the_refusal_and_is_not_asked_again_by_what_the_page_reads', async () => {
  const { asked, end } = begin(false);
  await expect(reveal()).rejects.toMatchObject({ code: 'auth.confirm_required' });
  await expect(read()).rejects.toMatchObject({ code: 'auth.confirm_required' });
  expect(asked()).toBe(1);
  await expect(reveal()).rejects.toMatchObject({ code: 'auth.confirm_required' });
  expect(asked()).toBe(2);
  confirmation.askAgain();
  await expect(read()).rejects.toMatchObject({ code: 'auth.confirm_required' });
  expect(asked()).toBe(3);
  end();
});

test('Where_nobody_can_be_asked_the_refusal_stands', async () => {
  const { end } = begin(true);
  end();
  await expect(reveal()).rejects.toMatchObject({ status: 403 });
});
