import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { broughtAlong, firstLoad } from '../vite.weight';

test('The_first_load_is_the_entry_with_all_that_it_imports_and_nothing_that_comes_on_demand', () => {
  const code = (): string => randomBytes(1000).toString('base64');
  const bundle = {
    entry: { type: 'chunk', fileName: 'entry', isEntry: true, imports: ['a'], code: code() },
    a: { type: 'chunk', fileName: 'a', imports: ['b'], code: code() },
    b: { type: 'chunk', fileName: 'b', imports: ['a'], code: code() },
    later: { type: 'chunk', fileName: 'later', imports: [], code: code() },
  } as const;

  const bytes = firstLoad(bundle);

  expect(bytes).toBeGreaterThan(3000);
  expect(bytes).toBeLessThan(3500);
});

test('A_package_is_brought_along_by_whatever_the_entry_imports_and_not_by_what_comes_on_demand', () => {
  const bundle = {
    entry: { type: 'chunk', fileName: 'entry', isEntry: true, imports: ['a'], moduleIds: ['/x/src/main.tsx'] },
    a: { type: 'chunk', fileName: 'a', imports: [], moduleIds: ['/x/node_modules/a-form/dist/index.js'] },
    later: { type: 'chunk', fileName: 'later', imports: [], moduleIds: ['/x/node_modules/a-chart/index.js'] },
  } as const;

  expect(broughtAlong(bundle, ['a-form', 'a-chart', 'form'])).toEqual(['a-form']);
});
