const browsers = [
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Firefox', /(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /Safari\//],
] as const;

const systems = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['Linux', /Linux|X11/],
] as const;

/** What a browser calls itself, in words that people know: `Chrome on Windows`. A program's own name stays. */
export function deviceName(agent: string | null): string {
  if (agent === null || agent.trim() === '') return 'A program';
  const find = (names: readonly (readonly [string, RegExp])[]): string | undefined => names.find(([, pattern]) => pattern.test(agent))?.[0];
  const [browser, system] = [find(browsers), find(systems)];
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  return browser ?? system ?? agent.slice(0, 60);
}
