import { useMutation, useQuery } from '@tanstack/react-query';
import { anonymousApi, unwrap } from '@/api/client';
import { confirmation } from '@/api/confirmation';
import { canUsePasskeys, signWithPasskey } from '@/api/passkeys';
import { unreachable, type ApiProblem } from '@/api/problem';
import { meQuery } from '@/api/queries/me';
import { session } from '@/api/session';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { PasswordField, TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';

export function IdentityQuestion() {
  const me = useQuery(meQuery());
  const { field, submit, problem, busy } = useFields({ defaultValues: { password: '', totp: '' } });
  const isTwoFactor = me.data?.two_factor_enabled === true;
  const send = submit(async ({ password, totp }) => {
    await confirmIdentity(isTwoFactor ? { totp: totp.replaceAll(/\s/g, '') } : { password });
    confirmation.settle(true);
  });
  const byPasskey = useMutation({
    mutationFn: async () => confirmIdentity({ credential: await signWithPasskey() }),
    onSuccess: () => confirmation.settle(true),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && confirmation.settle(false)}
      title="Is it you?"
      description="You logged in some minutes ago, and this would be worth something to a thief. Then you are not asked again for a while."
    >
      <form
        className="flex flex-col gap-4"
        noValidate
        onSubmit={(event) => {
          // In React's tree this stands inside the page, whose forms must not hear of it.
          event.stopPropagation();
          void send(event);
        }}
      >
        {byPasskey.isError && <Notice kind="error" problem={unreachable(byPasskey.error)} title={titleOf(unreachable(byPasskey.error))} />}
        {problem !== null && <Notice kind="error" problem={problem} title={titleOf(problem)} />}
        {isTwoFactor ? (
          <TextField label="Code from your authenticator, or a recovery code" autoComplete="one-time-code" required autoFocus {...field('totp')} />
        ) : (
          <PasswordField label="Password" autoComplete="current-password" required autoFocus {...field('password')} />
        )}
        <DialogActions>
          <Button onClick={() => confirmation.settle(false)}>Cancel</Button>
          {canUsePasskeys() && (
            <Button busy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
              Use a passkey
            </Button>
          )}
          <Button look="primary" type="submit" busy={busy}>
            Continue
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const titleOf = (problem: ApiProblem): string => (problem.code === 'auth.invalid_credentials' ? 'That is not right' : problem.title);

/** A 401 is an answer about the password here: it is not asked again with a newer token, which would count as another try. */
async function confirmIdentity(body: { password: string } | { totp: string } | { credential: unknown }): Promise<void> {
  const headers = { Authorization: `Bearer ${(await session.token()) ?? ''}` };
  session.accept(await unwrap(anonymousApi.POST('/auth/confirm', { body, headers })));
}
