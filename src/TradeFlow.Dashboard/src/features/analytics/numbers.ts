const missing = '—';

export const share = (value: number | null | undefined): string => (value === null || value === undefined ? missing : `${(value * 100).toFixed(1)}%`);

export const ratio = (value: number | null | undefined): string => (value === null || value === undefined ? missing : value.toFixed(2));

/** "+1.25 R": a profit in units of what was risked. */
export const multiple = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)} R`;

/** "3 d 4 h", "12 min": the two largest units are enough for a hold. */
export function held(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return missing;
  const whole = Math.round(seconds);
  const [d, h, m] = [Math.floor(whole / 86_400), Math.floor((whole % 86_400) / 3600), Math.floor((whole % 3600) / 60)];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${m} min`;
  return m > 0 ? `${m} min ${whole % 60} s` : `${whole} s`;
}
