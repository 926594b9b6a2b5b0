import { SelectField, TextField } from '@/ui/field';
import { sizeModes } from './words';
import type { Activation, Sizing } from './queries';

/** As it stands in the form. */
export interface SizeDraft {
  mode: string;
  value: string;
}

export const draftOf = (activation?: Activation): SizeDraft =>
  activation?.size == null ? { mode: 'multiplier', value: String(activation?.multiplier ?? 1) } : { mode: activation.size.mode, value: String(activation.size.value) };

export const sizingOf = ({ mode, value }: SizeDraft): Sizing =>
  mode === 'multiplier' ? { multiplier: Number(value), size: null } : { multiplier: 1, size: { mode, value: Number(value) } };

export function SizeFields({ draft, onChange, fields }: { draft: SizeDraft; onChange: (draft: SizeDraft) => void; fields: Readonly<Record<string, readonly string[]>> | undefined }) {
  const isFactor = draft.mode === 'multiplier';
  return (
    <>
      <SelectField label="Size of an entry" value={draft.mode} onChange={(e) => onChange({ mode: e.target.value, value: e.target.value === 'multiplier' ? '1' : '' })}>
        {sizeModes.map(([mode, text]) => (
          <option key={mode} value={mode}>
            {text}
          </option>
        ))}
      </SelectField>
      <TextField
        label={isFactor ? 'Multiplier' : 'How much'}
        type="number"
        min={0}
        step="any"
        required
        help={
          isFactor
            ? '1 trades what the signal says, 0.5 half of it. The multiplier of the account counts as well.'
            : 'In place of the size in the signal. An exit that names a part of the position closes all of it then.'
        }
        errors={isFactor ? fields?.['multiplier'] : fields?.['size']}
        value={draft.value}
        onChange={(e) => onChange({ ...draft, value: e.target.value })}
      />
    </>
  );
}
