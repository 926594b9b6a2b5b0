// Draws /openapi/v1.json. Text goes in through textContent only.
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const resolve = (api, schema) => {
  const name = schema?.$ref?.split('/').pop();
  return name ? { name, ...api.components.schemas[name] } : (schema ?? {});
};

const typeOf = (api, schema) => {
  const real = resolve(api, schema);
  if (real.enum) return real.enum.map((value) => JSON.stringify(value)).join(' | ');
  const any = real.oneOf ?? real.anyOf;
  if (any) return any.map((part) => typeOf(api, part)).join(' | ');
  const types = [].concat(real.type ?? (real.properties ? 'object' : 'any'));
  return types.map((type) => (type === 'array' ? `${typeOf(api, real.items)}[]` : type === 'object' && real.name ? real.name : real.format ? `${type} (${real.format})` : type)).join(' | ');
};

const example = (api, schema, depth = 0) => {
  const real = resolve(api, schema);
  if (depth > 4) return null;
  if (real.example !== undefined) return real.example;
  if (real.enum) return real.enum[0];
  const any = (real.oneOf ?? real.anyOf)?.find((part) => part.type !== 'null');
  if (any) return example(api, any, depth + 1);
  const type = [].concat(real.type ?? (real.properties ? 'object' : 'string')).find((entry) => entry !== 'null');
  if (type === 'object') return Object.fromEntries(Object.entries(real.properties ?? {}).map(([key, value]) => [key, example(api, value, depth + 1)]));
  if (type === 'array') return [example(api, real.items, depth + 1)];
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  return real.format === 'date-time' ? '2026-01-31T09:30:00Z' : real.format === 'uuid' ? '0199a3c1-0000-7000-8000-000000000000' : '…';
};

const body = (api, title, content) => {
  const schema = Object.values(content ?? {})[0]?.schema;
  if (!schema) return null;
  return make('div', {}, make('p', { class: 'soft' }, title), make('pre', {}, JSON.stringify(example(api, schema), null, 2)));
};

const table = (head, rows) =>
  rows.length === 0 ? null : make('table', {}, make('thead', {}, make('tr', {}, ...head.map((cell) => make('th', { scope: 'col' }, cell)))),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((cell) => make('td', {}, cell))))));

const operation = (api, path, verb, op) => {
  const id = op.operationId ?? `${verb}-${path}`;
  const parameters = (op.parameters ?? []).map((p) => [make('code', {}, p.name), p.in, typeOf(api, p.schema), p.description ?? '']);
  const answers = Object.entries(op.responses ?? {}).map(([status, answer]) => [make('code', {}, status), answer.description ?? '']);
  const good = Object.entries(op.responses ?? {}).find(([status]) => status.startsWith('2'));
  return make('section', { class: 'op', id },
    make('h3', {}, op.summary ?? id),
    make('div', { class: 'route' }, make('span', { class: 'verb' }, verb.toUpperCase()), path),
    make('p', {}, op.description ?? ''),
    op.security?.length ? make('p', { class: 'soft' }, 'Needs Authorization: Bearer.') : null,
    table(['Parameter', 'In', 'Type', ''], parameters),
    body(api, 'Body', op.requestBody?.content),
    good ? body(api, `Answer ${good[0]}`, good[1].content) : null,
    table(['Status', 'When'], answers));
};

const draw = (api) => {
  const toc = document.getElementById('toc');
  const main = document.getElementById('main');
  main.replaceChildren(make('h1', {}, `${api.info.title} API`), make('p', {}, api.info.description ?? ''));
  const groups = new Map();
  for (const [path, verbs] of Object.entries(api.paths))
    for (const [verb, op] of Object.entries(verbs)) {
      const tag = op.tags?.[0] ?? 'Other';
      groups.set(tag, [...(groups.get(tag) ?? []), { path, verb, op }]);
    }
  for (const [tag, entries] of groups) {
    toc.append(make('h2', {}, tag));
    main.append(make('h2', {}, tag));
    for (const { path, verb, op } of entries) {
      const section = operation(api, path, verb, op);
      const link = make('a', { href: `#${section.id}` }, `${verb.toUpperCase()} ${path}`);
      const words = `${verb} ${path} ${op.summary ?? ''}`.toLowerCase();
      section.dataset.words = words;
      link.dataset.words = words;
      toc.append(link);
      main.append(section);
    }
  }
  document.getElementById('filter').addEventListener('input', (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const node of document.querySelectorAll('[data-words]')) node.hidden = !node.dataset.words.includes(wanted);
  });
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
};

fetch('/openapi/v1.json')
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`HTTP ${answer.status}`))))
  .then(draw)
  .catch((error) => document.getElementById('main').replaceChildren(make('p', { role: 'alert' }, `The description could not be loaded: ${error.message}`)));
