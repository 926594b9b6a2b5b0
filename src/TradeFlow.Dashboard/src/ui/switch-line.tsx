import { Switch } from './switch';

interface SwitchLineProps {
  label: string;
  /** What it means to have it on. */
  text: string;
  on: boolean;
  onChange: (on: boolean) => void;
  disabled?: boolean;
}

/** A switch with its name and a sentence before it. */
export function SwitchLine({ label, text, on, onChange, disabled }: SwitchLineProps) {
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <p className="text-sm font-medium">{label}</p>
        <p className="text-[0.8125rem] text-pretty text-muted">{text}</p>
      </div>
      <Switch label={label} checked={on} onChange={onChange} disabled={disabled} />
    </div>
  );
}
