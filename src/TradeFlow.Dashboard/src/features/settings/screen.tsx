import { PageHeader } from '@/ui/panel';
import { Appearance } from './appearance';
import { Members } from './members';
import { Profile } from './profile';
import { Tokens } from './tokens';
import { TwoFactor } from './two-factor';

export function SettingsScreen() {
  return (
    <>
      <PageHeader title="Settings" />
      <div className="flex max-w-3xl flex-col gap-5">
        <Profile />
        <Appearance />
        <TwoFactor />
        <Tokens />
        <Members />
      </div>
    </>
  );
}
