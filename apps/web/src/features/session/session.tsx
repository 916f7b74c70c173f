import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { api, ApiError, dataOf, whenSignedOut } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Live, startLive } from '../../api/live.js';
import type { Outbox } from '../../api/outbox.js';
import { openOutbox, startOutbox } from '../../api/open-outbox.js';
import type { Me } from '../../api/types.js';
import { Loaded, Loading } from '../../components/loaded.js';

interface Session {
  me: Me;
  /** This server's name. */
  us: string;
  live: Live;
  outbox: Outbox;
}

const SessionContext = createContext<Session | null>(null);

/** Who is signed in, and the live stream that belongs to them. Only below {@link SignedIn}. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SignedIn');
  return session;
}

export function useConfig() {
  return useQuery({ queryKey: keys.config, queryFn: ({ signal }) => dataOf(api.GET('/v1/auth/config', { signal })) });
}

export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => dataOf(api.GET('/v1/me', { signal })) });
}

/** Lets through who is signed in; sends everybody else to the login page and back here afterwards. */
export function SignedIn({ children }: { children: ReactNode }) {
  const me = useMe();
  const location = useLocation();
  if (me.error instanceof ApiError && (me.error.status === 401 || me.error.problem.code === 'SW_AUTH_TENANT_MISMATCH')) {
    return <Navigate to={`/login?return_to=${encodeURIComponent(location.pathname + location.search)}`} replace />;
  }
  if (!me.data && !me.error) return <Loading />;
  return <Loaded query={me}>{(data) => <LiveSession me={data}>{children}</LiveSession>}</Loaded>;
}

function LiveSession({ me, children }: { me: Me; children: ReactNode }) {
  const client = useQueryClient();
  const live = useMemo(() => new Live(client, me), [client, me]);
  const outbox = useMemo(() => openOutbox(client, live, me.fqid), [client, live, me.fqid]);
  useEffect(() => startOutbox(outbox), [outbox]);
  useEffect(() => startLive(client, live, outbox), [client, live, outbox]);
  useEffect(() => {
    whenSignedOut(() => void client.resetQueries({ queryKey: keys.me }));
    return () => whenSignedOut(() => {});
  }, [client]);
  const session = useMemo(() => ({ me, us: me.fqid.slice(me.fqid.indexOf(':') + 1), live, outbox }), [me, live, outbox]);
  return <SessionContext value={session}>{children}</SessionContext>;
}
