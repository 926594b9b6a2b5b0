import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { brokersQuery } from '@/api/queries/accounts';
import type { BrokerPlugin, RegisteredAccount } from '@/api/types';
import { Dialog } from '@/ui/dialog';
import { LoadError, SkeletonRows } from '@/ui/states';
import { BrokerList } from './broker-list';
import { ConnectForm } from './connect-form';
import { Connected } from './connected';
import { useRegister } from './queries';

type Step = { at: 'choose' } | { at: 'form'; broker: BrokerPlugin } | { at: 'done'; broker: BrokerPlugin; account: RegisteredAccount };

/** Closing takes everything that was typed with it. */
export function ConnectDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [step, setStep] = useState<Step>({ at: 'choose' });
  const register = useRegister();
  const change = (isOpen: boolean): void => {
    onOpenChange(isOpen);
    if (!isOpen) setStep({ at: 'choose' });
  };
  const titles = {
    choose: 'Connect Broker',
    form: step.at === 'form' ? `Connect ${step.broker.name}` : '',
    done: 'Account Connected',
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={titles[step.at]}
      description={
        step.at === 'choose'
          ? 'Where do you trade?'
          : step.at === 'form'
            ? step.broker.connect === 'agentPairing'
              ? 'Name the account. A program in your own terminal connects it afterwards; its password stays there.'
              : 'Your log-in is checked with the broker, sealed, and never shown again.'
            : step.at === 'done' && step.account.agent_key != null
              ? 'These are the keys for your terminal and for your alerts. Treat them like passwords.'
              : 'This is the key for your alerts. Treat it like a password.'
      }
    >
      {step.at === 'choose' && <Choose onChoose={(broker) => setStep({ at: 'form', broker })} />}
      {step.at === 'form' && (
        <ConnectForm
          broker={step.broker}
          action="Connect"
          back="Back"
          onBack={() => setStep({ at: 'choose' })}
          onSubmit={async (body) => {
            const account = await register.mutateAsync({ broker: step.broker.broker, body });
            setStep({ at: 'done', broker: step.broker, account });
          }}
        />
      )}
      {step.at === 'done' && <Connected account={step.account} brokerName={step.broker.name} onDone={() => change(false)} />}
    </Dialog>
  );
}

function Choose({ onChoose }: { onChoose: (broker: BrokerPlugin) => void }) {
  const brokers = useQuery(brokersQuery());
  if (brokers.isPending) return <SkeletonRows label="Loading brokers" rows={4} />;
  if (brokers.isError) return <LoadError what="Brokers" error={brokers.error} onRetry={() => void brokers.refetch()} />;
  return <BrokerList brokers={brokers.data} onChoose={onChoose} />;
}
