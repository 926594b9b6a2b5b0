import { SelectField, TextField } from '@/ui/field';
import { sides, stopModes, targetModes, types, type TemplateOptions } from './template-options';

export function OptionsForm({ options, onChange }: { options: TemplateOptions; onChange: (change: Partial<TemplateOptions>) => void }) {
  return (
    <>
      <TextField
        label="Symbol"
        help="{{ticker}} is filled in by TradingView from the chart."
        value={options.symbol}
        onChange={(e) => onChange({ symbol: e.target.value })}
        autoCapitalize="none"
        spellCheck={false}
      />
      <div className="grid grid-cols-2 gap-3">
        <Choice label="Side" value={options.side} options={sides} onChange={(side) => onChange({ side })} />
        <TextField label="Quantity" inputMode="decimal" value={options.qty} onChange={(e) => onChange({ qty: e.target.value })} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Choice label="Order type" value={options.type} options={types} onChange={(type) => onChange({ type })} />
        {options.type !== 'market' && (
          <TextField label="Price" inputMode="decimal" value={options.price} onChange={(e) => onChange({ price: e.target.value })} />
        )}
      </div>
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Stop loss" optional inputMode="decimal" placeholder="none" value={options.sl} onChange={(e) => onChange({ sl: e.target.value })} />
        <Choice label="Stop is" value={options.slMode} options={stopModes} onChange={(slMode) => onChange({ slMode })} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Take profit" optional inputMode="decimal" placeholder="none" value={options.tp} onChange={(e) => onChange({ tp: e.target.value })} />
        <Choice label="Target is" value={options.tpMode} options={targetModes} onChange={(tpMode) => onChange({ tpMode })} />
      </div>
      {options.tp !== '' && options.tpMode === 'rr' && options.sl === '' && (
        <p className="text-[0.8125rem] text-warn">A target as a multiple of the stop needs a stop loss.</p>
      )}
    </>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <SelectField label={label} value={value} onChange={(e) => onChange(e.target.value)}>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}
