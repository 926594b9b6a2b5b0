import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { renderPage } from '../../../test/page';
import { SetupFile } from './setup-file';

const file = { label: 'For MT5', name: 'TradeFlow.mq5', href: '/api/brokers/mtx/downloads/TradeFlow.mq5' };

test('A_file_is_read_with_the_session_and_saved_under_its_name', async () => {
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:file', revokeObjectURL: () => {} }));
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
  const { sent } = renderPage(<SetupFile broker="mtx" file={file} />, { [`GET ${file.href}`]: { status: 200, body: '#property' } });
  await userEvent.click(await screen.findByRole('button', { name: /For MT5/ }));
  await waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(sent.map((s) => s.route)).toContain(`GET ${file.href}`);
});
