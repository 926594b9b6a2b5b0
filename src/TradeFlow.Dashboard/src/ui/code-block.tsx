/** Text to read and copy, in a box that scrolls. The box takes focus, so that the keyboard can scroll it. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label}
      className="max-h-96 overflow-auto rounded-xl border border-line bg-sunken p-3.5 font-mono text-[0.8125rem] leading-relaxed"
    >
      {text}
    </pre>
  );
}
