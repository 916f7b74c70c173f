import { Component, lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { BrowserRouter, matchPath, Navigate, Route, Routes, useLocation } from 'react-router';
import { Loading } from '../components/loaded.js';
import { Crashed } from './crashed.js';

/** Every page is a chunk of its own: a user who only chats never loads the administration. */
function page<Name extends string>(name: Name, load: () => Promise<Record<Name, ComponentType>>) {
  return lazy(async () => ({ default: (await load())[name] }));
}

const loadRoom = () => import('./room.js');
// Who comes by a link to a room does not wait for the frame around it first.
if (matchPath('/rooms/:roomId', window.location.pathname)) void loadRoom();

const LoginPage = page('LoginPage', () => import('./login.js'));
const ProviderPage = page('ProviderPage', () => import('./provider.js'));
const ProviderTenantsPage = page('ProviderTenantsPage', () => import('./provider-tenants.js'));
const ProviderTenantPage = page('ProviderTenantPage', () => import('./provider-tenant.js'));
const Shell = page('Shell', async () => {
  const shell = await import('./shell.js');
  // What most people open next is there when they do.
  void loadRoom();
  return shell;
});
const HomePage = page('HomePage', () => import('./home.js'));
const RoomPage = page('RoomPage', loadRoom);
const PeoplePage = page('PeoplePage', () => import('./people.js'));
const AdminFederationPage = page('AdminFederationPage', () => import('./admin-federation.js'));
const AdminPeersPage = page('AdminPeersPage', () => import('./admin-peers.js'));
const AdminPeerPage = page('AdminPeerPage', () => import('./admin-peer.js'));
const AdminDeliveriesPage = page('AdminDeliveriesPage', () => import('./admin-deliveries.js'));
const AdminRejectedPage = page('AdminRejectedPage', () => import('./admin-rejected.js'));
const AdminKeysPage = page('AdminKeysPage', () => import('./admin-keys.js'));
const AdminAuditPage = page('AdminAuditPage', () => import('./admin-audit.js'));
const AdminExplainPage = page('AdminExplainPage', () => import('./admin-explain.js'));
const AdminPolicyPage = page('AdminPolicyPage', () => import('./admin-policy.js'));
const NotFoundPage = page('NotFoundPage', () => import('./not-found.js'));

export function AppRoutes() {
  return (
    <BrowserRouter>
      <UntilCrash>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/login" element={<LoginPage />} />
            <Route path="/provider" element={<ProviderPage />}>
              <Route index element={<ProviderTenantsPage />} />
              <Route path=":namespace/:name" element={<ProviderTenantPage />} />
            </Route>
            <Route path="/" element={<Shell />}>
              <Route index element={<HomePage />} />
              <Route path="rooms/:roomId" element={<RoomPage />} />
              <Route path="people" element={<PeoplePage />} />
              {administration()}
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </Suspense>
      </UntilCrash>
    </BrowserRouter>
  );
}

function administration() {
  return (
    <Route path="admin/federation" element={<AdminFederationPage />}>
      <Route index element={<Navigate to="peers" replace />} />
      <Route path="peers" element={<AdminPeersPage />} />
      <Route path="peers/:serverName" element={<AdminPeerPage />} />
      <Route path="deliveries" element={<AdminDeliveriesPage />} />
      <Route path="rejected" element={<AdminRejectedPage />} />
      <Route path="keys" element={<AdminKeysPage />} />
      <Route path="audit" element={<AdminAuditPage />} />
      <Route path="explain" element={<AdminExplainPage />} />
      <Route path="policy" element={<AdminPolicyPage />} />
    </Route>
  );
}

/** The way back to a page that stopped working is another page, or to load the app again. */
function UntilCrash({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return <Boundary pathname={pathname}>{children}</Boundary>;
}

class Boundary extends Component<{ pathname: string; children: ReactNode }, { crashedAt: string | null }> {
  override state = { crashedAt: null };
  static getDerivedStateFromError() {
    return { crashedAt: window.location.pathname };
  }
  override render() {
    return this.state.crashedAt === this.props.pathname ? <Crashed /> : this.props.children;
  }
}
