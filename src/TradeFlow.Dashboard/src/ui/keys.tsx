/** Keys of a keyboard, one after the other: "G P". */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex shrink-0 gap-1">
      {keys.split(' ').map((key) => (
        <kbd key={key} className="grid h-5 min-w-5 place-items-center rounded-md border border-line-strong bg-sunken px-1.5 font-sans text-xs font-medium text-muted">
          {key}
        </kbd>
      ))}
    </span>
  );
}
