import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withoutStyleElement } from '../vite.sonner.ts';

test('The_style_element_of_the_installed_sonner_is_taken_out', () => {
  const code = readFileSync(join(import.meta.dirname, '../node_modules/sonner/dist/index.mjs'), 'utf8');
  expect(code).toContain('[data-sonner-toaster]');
  expect(withoutStyleElement(code)).not.toContain('[data-sonner-toaster]');
});

test('A_sonner_that_does_it_otherwise_ends_the_build', () => {
  expect(() => withoutStyleElement('injectStyle("[data-sonner-toaster]{}");')).toThrow('sonner no longer calls __insertCSS');
});
