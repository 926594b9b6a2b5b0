import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { LoadError } from '@/ui/states';

export function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center px-6 text-center">
      <div>
        <p className="font-mono text-sm text-faint">404</p>
        <h1 className="mt-1 text-xl font-semibold">There is no such page</h1>
        <Link to="/" className="mt-4 inline-block font-medium text-accent underline underline-offset-4">
          Go to the overview
        </Link>
      </div>
    </main>
  );
}

export function RouteError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main className="grid min-h-dvh place-items-center">
      <LoadError what="TradeFlow" error={error} onRetry={() => void router.invalidate()} />
    </main>
  );
}
