import { lazy, Suspense, type ComponentType } from 'react';
import { BrowserRouter, matchPath, Navigate, Route, Routes } from 'react-router';
import { Loading } from '../components/loaded.js';
import { CrashBoundary } from './crashed.js';

/** Every page is a chunk of its own: a user who only chats never loads the administration. */
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  return lazy(async () => ({ default: (await load())[name] }));
}

const loadRoom = () => import('./room.js');
// Who comes by a link to a room does not wait for the frame around it first.
if (matchPath('/rooms/:roomId', window.location.pathname)) void loadRoom();

const Shell = page(() => import('./shell.js'), 'Shell');
const LoginPage = page(() => import('./login.js'), 'LoginPage');
const HomePage = page(() => import('./home.js'), 'HomePage');
const RoomPage = page(loadRoom, 'RoomPage');
const PeoplePage = page(() => import('./people.js'), 'PeoplePage');
const NotFoundPage = page(() => import('./not-found.js'), 'NotFoundPage');
const ProviderPage = page(() => import('./provider.js'), 'ProviderPage');
const ProviderTenantsPage = page(() => import('./provider-tenants.js'), 'ProviderTenantsPage');
const ProviderTenantPage = page(() => import('./provider-tenant.js'), 'ProviderTenantPage');
const AdminFederationPage = page(() => import('./admin-federation.js'), 'AdminFederationPage');
const AdminPeersPage = page(() => import('./admin-peers.js'), 'AdminPeersPage');
const AdminPeerPage = page(() => import('./admin-peer.js'), 'AdminPeerPage');
const AdminDeliveriesPage = page(() => import('./admin-deliveries.js'), 'AdminDeliveriesPage');
const AdminRejectedPage = page(() => import('./admin-rejected.js'), 'AdminRejectedPage');
const AdminKeysPage = page(() => import('./admin-keys.js'), 'AdminKeysPage');
const AdminAuditPage = page(() => import('./admin-audit.js'), 'AdminAuditPage');
const AdminExplainPage = page(() => import('./admin-explain.js'), 'AdminExplainPage');
const AdminPolicyPage = page(() => import('./admin-policy.js'), 'AdminPolicyPage');

export function AppRoutes() {
  return (
    <CrashBoundary>
      <BrowserRouter>
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
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </Suspense>
      </BrowserRouter>
    </CrashBoundary>
  );
}
