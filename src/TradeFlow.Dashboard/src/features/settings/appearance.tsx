import { RadioGroup } from 'radix-ui';
import { paletteKey } from '@/app/palette/keys';
import { useTheme, type Theme } from '@/app/theme-context';
import { useNow } from '@/app/use-now';
import { useZoneChoice } from '@/app/zone-choice';
import { SelectField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { timeText, zoneName, zoneNames, type ZoneChoice } from '@/ui/time';

// Where most of what is traded here keeps its hours.
const exchange = 'America/New_York';

export function Appearance() {
  const { theme, setTheme, letters, setLetters } = useTheme();
  const [zone, setZone] = useZoneChoice();
  const now = useNow(1000);
  const another = zone !== 'local' && zone !== 'utc';
  return (
    <Panel title="Appearance">
      <div className="flex flex-col gap-5">
        <Segments<Theme>
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            ['light', 'Light'],
            ['dark', 'Dark'],
            ['system', 'System'],
          ]}
        />
        <div>
          <Segments<ZoneChoice>
            label="Times"
            value={another ? 'another' : zone}
            onChange={(next) => setZone(next === 'another' ? exchange : next)}
            options={[
              ['local', `Here, ${zoneName('local')}`],
              ['utc', 'UTC'],
              ['another', 'Another'],
            ]}
          />
          {another && (
            <SelectField label="Time zone" className="mt-3 max-w-72" value={zone} onChange={(event) => setZone(event.target.value)}>
              {zoneNames().map((name) => (
                <option key={name}>{name}</option>
              ))}
            </SelectField>
          )}
          <p className="mt-2 text-[0.8125rem] text-muted">Now it is {timeText(new Date(now).toISOString(), zoneName(zone))}.</p>
        </div>
        <div>
          <Segments<'on' | 'off'>
            label="Shortcuts of single letters"
            value={letters ? 'on' : 'off'}
            onChange={(next) => setLetters(next === 'on')}
            options={[
              ['on', 'On'],
              ['off', 'Off'],
            ]}
          />
          <p className="mt-2 text-[0.8125rem] text-muted">G and a letter goes to a screen, ? shows them all. {paletteKey} works in any case.</p>
        </div>
      </div>
    </Panel>
  );
}

function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  return (
    <div>
      <p className="mb-1.5 text-[0.8125rem] font-medium">{label}</p>
      <RadioGroup.Root
        aria-label={label}
        value={value}
        onValueChange={(next) => {
          const found = options.find(([option]) => option === next);
          if (found !== undefined) onChange(found[0]);
        }}
        className="inline-flex max-w-full flex-wrap gap-1 rounded-xl border border-line bg-sunken p-1"
      >
        {options.map(([option, text]) => (
          <RadioGroup.Item
            key={option}
            value={option}
            className="h-8 rounded-lg px-3.5 text-sm text-muted transition-colors hover:text-ink data-[state=checked]:bg-raised data-[state=checked]:font-medium data-[state=checked]:text-ink data-[state=checked]:shadow-sm data-[state=checked]:ring-1 data-[state=checked]:ring-line-strong"
          >
            {text}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
