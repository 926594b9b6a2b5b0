import { events } from './words';

export function EventBoxes({
  chosen,
  errors,
  onChange,
}: {
  chosen: readonly string[];
  errors: readonly string[] | undefined;
  onChange: (chosen: string[]) => void;
}) {
  const all = chosen.length === events.length;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 flex w-full items-center justify-between text-[0.8125rem] font-medium">
        Tell me of
        <button
          type="button"
          className="rounded text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline"
          onClick={() => onChange(all ? [] : events.map(([event]) => event))}
        >
          {all ? 'None' : 'All'}
        </button>
      </legend>
      <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {events.map(([event, text]) => (
          <label key={event} className="flex cursor-pointer items-start gap-3 text-sm">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={chosen.includes(event)}
              onChange={() => onChange(chosen.includes(event) ? chosen.filter((one) => one !== event) : [...chosen, event])}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
      {errors !== undefined && <p className="text-[0.8125rem] font-medium text-down">{errors.join(' ')}</p>}
    </fieldset>
  );
}
