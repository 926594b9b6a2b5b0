import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAppRouter } from './router';

const features = join(import.meta.dirname, '../features');
const routeFiles = readdirSync(features, { recursive: true, encoding: 'utf8' }).filter((file) => /^[^/]+\/(route|.+-route)\.ts$/.test(file));

test('Every_folder_of_features_brings_its_routes', () => {
  const folders = readdirSync(features, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  expect(folders.map((folder) => folder.name).filter((name) => !routeFiles.some((file) => file.startsWith(`${name}/`)))).toEqual([]);
});

test('The_router_knows_every_route_file', () => {
  expect(Object.keys(createAppRouter().routesByPath)).toHaveLength(routeFiles.length);
});

test('No_two_screens_take_one_place_in_the_navigation', () => {
  const places = Object.values(createAppRouter().routesByPath).flatMap(({ options: { staticData } }) => (staticData?.nav === undefined ? [] : [`${staticData.nav.group} ${staticData.nav.place}`]));

  expect(places).toHaveLength(new Set(places).size);
});

test('No_two_screens_take_one_key', () => {
  const keys = Object.values(createAppRouter().routesByPath).flatMap(({ options: { staticData } }) => staticData?.nav?.key ?? []);

  expect(keys).toHaveLength(new Set(keys).size);
  expect(keys.length).toBeGreaterThan(10);
});
