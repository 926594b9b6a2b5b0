import type { ComponentProps } from 'react';
import { useWatch, type UseFormReturn } from 'react-hook-form';
import { SelectField, TextField } from '@/ui/field';
import { forms, sides, stopModes, targetModes, types, type TemplateOptions } from './template-options';

/** `hedges`: the account may hold both sides of a symbol at once. */
export function OptionsForm({ form: { control, register }, hedges }: { form: UseFormReturn<TemplateOptions>; hedges: boolean }) {
  const options = useWatch({ control });
  const isStrategy = options.form === 'strategy';
  return (
    <>
      <Choice
        label="The alert comes from"
        help={isStrategy ? 'One message for entries, exits and flips: the account goes where the strategy is.' : 'Each alert has a message of its own.'}
        options={forms}
        {...register('form')}
      />
      <TextField label="Symbol" help="{{ticker}} is filled in by TradingView from the chart." autoCapitalize="none" spellCheck={false} {...register('symbol')} />
      {!isStrategy && (
        <>
          <div className="grid grid-cols-2 gap-3">
            <Choice label="Side" options={sides} {...register('side')} />
            <TextField label="Quantity" inputMode="decimal" {...register('qty')} />
          </div>
          {hedges && (
            <p role="note" className="text-[0.8125rem] text-warn">
              On this account a sell does not close a buy: it opens a second position beside it. Exits need a message with &quot;action&quot;:&quot;close&quot;; for a
              strategy, choose A strategy above.
            </p>
          )}
          <div className="grid grid-cols-2 gap-3">
            <Choice label="Order type" options={types} {...register('type')} />
            {options.type !== 'market' && <TextField label="Price" inputMode="decimal" {...register('price')} />}
          </div>
        </>
      )}
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
