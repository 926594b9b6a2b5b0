import { CopyButton } from './copy-button';

/** A text to be handed on, and the button that copies it. What is a secret stands in `Secret`. */
export function CopyLine({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <code className="min-w-0 grow basis-56 rounded-lg border border-line bg-sunken px-3 py-2 font-mono text-[0.8125rem] break-all">{text}</code>
      <CopyButton what={what} text={text} />
    </div>
  );
}
