import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ThemeProvider } from '@/app/theme-context';
import type { AgentSetup } from './queries';
import { setup } from './terminal-setup.fixture';
import { TerminalState } from './terminal-state';

const show = (state: Partial<AgentSetup>) =>
  render(
    <ThemeProvider>
      <TerminalState setup={{ ...setup, ...state }} />
    </ThemeProvider>,
  );

describe('TerminalState', () => {
  it('waits for the first report', () => {
    show({});
    expect(screen.getByText('waiting for the first report')).toBeVisible();
  });

  it('says that it reports', () => {
    show({ online: true, last_beat: new Date().toISOString(), platform: 'MT5', agent_version: '1.0' });
    expect(screen.getByText('reporting')).toBeVisible();
    expect(screen.getByText('MT5 · 1.0')).toBeVisible();
  });

  it('says what a silent terminal means', () => {
    show({ last_beat: '2026-11-23T03:00:00Z' });
    expect(screen.getByText('silent')).toBeVisible();
    expect(screen.getByText(/Entries are refused/)).toBeVisible();
  });

  it('names the other account that uses the key', () => {
    show({ refused: '42 at Live-2 (live)' });
    expect(screen.getByText(/logged in as 42 at Live-2/)).toBeVisible();
  });
});
