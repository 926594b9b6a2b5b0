import { Link } from '@tanstack/react-router';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Notice } from '@/ui/notice';

/** Over every screen in the week before the workspace goes. */
export function DeletionBanner() {
  const { user, isOwner } = useUser();
  const day = user.tenant.deletes_at;
  if (day == null) return null;
  return (
    <Notice
      kind="warning"
      className="mb-6"
      title={
        <>
          {user.tenant.name} is deleted on <When at={day} />.
        </>
      }
    >
      <p>Its accounts can close positions until then, but not open new ones. What is still open on that day stays open at your brokers.</p>
      {isOwner ? (
        <Link to="/settings" className="font-medium text-ink underline underline-offset-4">
          Keep it in Settings
        </Link>
      ) : (
        <p>An owner can keep it in Settings.</p>
      )}
    </Notice>
  );
}
