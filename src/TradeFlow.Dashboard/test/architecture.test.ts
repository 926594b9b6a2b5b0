import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));

/** The modules of ours that a file imports, as paths from src. */
function imports(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .flatMap((path) => (path.startsWith('@/') ? [path.slice(2)] : path.startsWith('.') ? [relative(root, join(root, file, '..', path))] : []));
}

const offenders = (forbidden: (file: string, target: string) => boolean): string[] =>
  files.flatMap((file) =>
    imports(file)
      .filter((target) => forbidden(file, target))
      .map((target) => `${file} imports ${target}`),
  );

const feature = (path: string): string | undefined => /^features\/([^/]+)\//.exec(path)?.[1];

test('A_feature_imports_no_other_feature', () => {
  expect(offenders((file, target) => feature(file) !== undefined && feature(target) !== undefined && feature(file) !== feature(target))).toEqual([]);
});

test('The_ui_kit_knows_neither_the_app_nor_a_feature', () => {
  expect(offenders((file, target) => file.startsWith('ui/') && /^(app|features)\//.test(target))).toEqual([]);
});

test('The_api_layer_knows_nothing_of_the_page', () => {
  expect(offenders((file, target) => file.startsWith('api/') && /^(app|features|ui)\//.test(target))).toEqual([]);
});

test('Only_the_router_reaches_into_features', () => {
  expect(offenders((file, target) => file.startsWith('app/') && file !== 'app/router.tsx' && target.startsWith('features/'))).toEqual([]);
});

test('There_are_no_barrel_files', () => {
  expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file))).toEqual([]);
});

test('Nothing_but_the_display_choice_is_kept_in_the_browser', () => {
  const users = files.filter((file) => !file.includes('.test.') && /localStorage|sessionStorage|indexedDB|document\.cookie/.test(readFileSync(join(root, file), 'utf8')));
  expect(users).toEqual(['app/theme-context.tsx']);
});

test('No_screen_knows_a_broker_by_name', () => {
  const names = /tradelocker|topstep|projectx|truforex|metatrader|\bmtx\b|\bmt[45]\b/i;
  expect(files.filter((file) => !file.includes('.test.') && names.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
