import { useNavigation } from '@/app/shell/navigation';
import { Dialog } from '@/ui/dialog';
import { Keys } from '@/ui/keys';
import { paletteKey } from './keys';

/** All keys, in the order of the navigation. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const screens = useNavigation().flatMap(({ key, label }) => (key === undefined ? [] : [[label, `G ${key.toUpperCase()}`] as const]));
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts" description="Letters can be switched off under Settings, Appearance." wide>
      <div className="grid gap-x-10 sm:grid-cols-2">
        <KeyList name="Everywhere" keys={[['Search and commands', paletteKey], ['These shortcuts', '?'], ['Close what is open', 'Esc'], ['To the messages', 'F8']]} />
        <KeyList name="Go to a screen" keys={screens} />
      </div>
    </Dialog>
  );
}

function KeyList({ name, keys }: { name: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section className="mb-4">
      <h3 className="mb-1 text-xs font-medium text-faint">{name}</h3>
      <dl className="divide-y divide-line">
        {keys.map(([what, key]) => (
          <div key={what} className="flex h-9 items-center justify-between gap-4 text-sm">
            <dt>{what}</dt>
            <dd>
              <Keys keys={key} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
