import { maskKey } from '@/ui/secret';

/** The URL with its key masked: the last part of the path is the key. */
export function maskUrl(url: string): string {
  const cut = url.lastIndexOf('/') + 1;
  return url.slice(0, cut) + maskKey(url.slice(cut));
}

// For a POSIX shell: within single quotes only the quote itself has to be escaped.
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export const curlOf = (url: string, message: string): string =>
  `curl -X POST ${quote(url)} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quote(message)}`;
