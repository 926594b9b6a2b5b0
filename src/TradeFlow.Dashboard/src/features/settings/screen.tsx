import { PageHeader } from '@/ui/panel';
import { Appearance } from './appearance';
import { Channels } from './channels/channels';
import { Devices } from './devices';
import { Grants } from './grants';
import { Members } from './members';
import { Passkeys } from './passkeys';
import { Password } from './password';
import { Profile } from './profile';
import { Tokens } from './tokens';
import { TwoFactor } from './two-factor';
import { Workspaces } from './workspaces';
import { YourData } from './your-data';

export function SettingsScreen() {
  return (
    <>
      <PageHeader title="Settings" />
      <div className="flex max-w-3xl flex-col gap-5">
        <Profile />
        <Appearance />
        <Channels />
        <Passkeys />
        <TwoFactor />
        <Password />
        <Devices />
        <Tokens />
        <Grants />
        <Members />
        <Workspaces />
        <YourData />
      </div>
    </>
  );
}
