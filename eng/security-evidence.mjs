// Writes docs/security-evidence.md: every control of eng/security-controls.tsv with the tests that carry its id ([Trait("Control", "K1")]) and what became
// of them in the last run (artifacts/test-results/*.trx). A control without a test is "missing", one that the list calls open is "partly" held.
// With --check nothing is written: the page must already name the tests that are there.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const page = join(root, 'docs/security-evidence.md')
const check = process.argv.includes('--check')

const controls = readFileSync(join(root, 'eng/security-controls.tsv'), 'utf8').trim().split('\n').slice(1)
  .map(line => line.split('\t')).map(([id, priority, control, where, open]) => ({ id, priority, control, where, open, tests: [] }))
const byId = new Map(controls.map(control => [control.id, control]))
const problems = []
for (const { id, where } of controls) if (where && !existsSync(join(root, where))) problems.push(`${id}: ${where} is not there`)

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['bin', 'obj', 'node_modules'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (entry.name.endsWith('.cs')) yield path
  }
}

const trait = /\[Trait\("Control", "([A-Z]\d)"\)\]/g
for (const folder of ['tests', 'plugins']) for (const path of sources(join(root, folder))) {
  const text = readFileSync(path, 'utf8')
  if (!text.includes('[Trait("Control"')) continue
  const space = /^namespace ([\w.]+)/m.exec(text)?.[1]
  // A class inside another is a fixture, and a method without [Fact] or [Theory] is no test.
  const declaration = /(?:^public (?:(?:sealed|abstract|partial) )*class (\w+))|(?:public (?:async )?(?:void|Task(?:<\w+>)?|ValueTask) (\w+)\()/gm
  let className = null, from = 0, ofClass = []
  for (let found; (found = declaration.exec(text)); from = declaration.lastIndex) {
    const before = text.slice(from, found.index)
    const ids = [...before.matchAll(trait)].map(match => match[1])
    if (found[1]) [className, ofClass] = [found[1], ids]
    else if (/\[(Fact|\w*Theory)\b/.test(before)) for (const id of new Set([...ofClass, ...ids])) {
      if (!byId.has(id)) problems.push(`${relative(root, path)}: there is no control ${id}`)
      byId.get(id)?.tests.push({ name: `${space}.${className}.${found[2]}`, label: `${className}.${found[2]}` })
    }
  }
}

const outcomes = new Map()
const results = join(root, 'artifacts/test-results')
for (const name of existsSync(results) ? readdirSync(results).filter(file => file.endsWith('.trx')) : []) {
  const text = readFileSync(join(results, name), 'utf8')
  for (const [, attributes] of text.matchAll(/<UnitTestResult ([^>]*)>/g)) {
    const test = /testName="([^"(]+)/.exec(attributes)?.[1]
    const outcome = /outcome="(\w+)"/.exec(attributes)?.[1]
    if (test) outcomes.set(test, [...(outcomes.get(test) ?? []), outcome])
  }
}

function verdict({ tests, open }) {
  if (tests.length === 0) return '**missing**'
  // A check holds the page to the tests that are there; one that failed fails the run by itself, and one that cannot run here may run elsewhere.
  const all = tests.map(test => outcomes.get(test.name) ?? (check ? ['Passed'] : ['not run']))
    .map(results => check ? results.map(result => result === 'NotExecuted' ? 'Passed' : result) : results)
  if (all.flat().every(outcome => outcome === 'Passed')) return open ? `partly: ${open} is missing` : 'passed'
  if (all.flat().some(outcome => outcome === 'Failed')) return '**failed**'
  return 'not run'
}

const rows = controls.map(control => {
  const tests = [...new Set(control.tests.map(test => test.label))].sort()
  return `| ${control.id} | ${control.priority} | ${control.control} | ${control.where ? `\`${control.where}\`` : ''} | ${tests.map(label => `\`${label}\``).join(', ') || 'missing'} | ${verdict(control)} |`
})
const held = controls.filter(control => verdict(control) === 'passed').length
const text = `# Controls and their evidence

Written by \`node eng/security-evidence.mjs\` from the tests that carry a control's id and from the results of the last whole run of \`./eng/test.sh\`, which
fails when this page names other tests than there are. Priority A: before a real order; B: before public sign-up; C: later. Not run here, because nothing serves it:
advisories of dependencies, a test by people from outside.

${held} of ${controls.length} controls are held whole by tests that passed.

| ID | | control | where | test | result |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`

if (check) {
  if (!existsSync(page) || readFileSync(page, 'utf8') !== text) problems.push(
    'docs/security-evidence.md names other tests than there are: run node eng/security-evidence.mjs after ./eng/test.sh and commit it')
} else writeFileSync(page, text)
for (const problem of problems) console.error(problem)
console.log(`${held} of ${controls.length} controls are held by tests that passed`)
process.exit(problems.length > 0 ? 1 : 0)
