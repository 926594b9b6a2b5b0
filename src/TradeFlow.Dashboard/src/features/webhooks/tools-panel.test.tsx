import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage } from '../../../test/page';
import { ToolsPanel } from './tools-panel';

const tool = { dialect: 'one-tool', tool: 'One Tool', message: 'ID,buy,{{ticker}}', note: 'Change the URL alone.' };

test('Who_comes_from_a_tool_sees_its_message_and_what_to_know', async () => {
  renderPage(<ToolsPanel />, { 'GET /api/webhooks/tools': { status: 200, body: [tool] } });
  await userEvent.selectOptions(await screen.findByLabelText('I come from'), 'One Tool');
  expect(screen.getByText('Change the URL alone.')).toBeVisible();
  expect(screen.getByText('ID,buy,{{ticker}}')).toBeVisible();
});
