import type { ComponentProps } from 'react';
import { useWatch, type UseFormReturn } from 'react-hook-form';
import { SelectField, TextField } from '@/ui/field';
import { sides, stopModes, targetModes, types, type TemplateOptions } from './template-options';

export function OptionsForm({ form: { control, register } }: { form: UseFormReturn<TemplateOptions> }) {
  const options = useWatch({ control });
  return (
    <>
      <TextField label="Symbol" help="{{ticker}} is filled in by TradingView from the chart." autoCapitalize="none" spellCheck={false} {...register('symbol')} />
      <div className="grid grid-cols-2 gap-3">
        <Choice label="Side" options={sides} {...register('side')} />
        <TextField label="Quantity" inputMode="decimal" {...register('qty')} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Choice label="Order type" options={types} {...register('type')} />
        {options.type !== 'market' && <TextField label="Price" inputMode="decimal" {...register('price')} />}
      </div>
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Stop loss" optional inputMode="decimal" placeholder="none" {...register('sl')} />
        <Choice label="Stop is" options={stopModes} {...register('slMode')} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Take profit" optional inputMode="decimal" placeholder="none" {...register('tp')} />
        <Choice label="Target is" options={targetModes} {...register('tpMode')} />
      </div>
      {options.tp !== '' && options.tpMode === 'rr' && options.sl === '' && (
        <p className="text-[0.8125rem] text-warn">A target as a multiple of the stop needs a stop loss.</p>
      )}
    </>
  );
}

function Choice({ options, ...select }: { options: readonly (readonly [string, string])[] } & Omit<ComponentProps<typeof SelectField>, 'children'>) {
  return (
    <SelectField {...select}>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}
