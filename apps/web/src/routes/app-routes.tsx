import { createBrowserRouter, Navigate } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { Loading } from '../components/loaded.js';
import { Crashed } from './crashed.js';

// Every page is a chunk of its own: a user who only chats never loads the administration.
const router = createBrowserRouter([
  { path: '/login', HydrateFallback: Loading, ErrorBoundary: Crashed, lazy: async () => ({ Component: (await import('./login.js')).LoginPage }) },
  {
    path: '/provider',
    HydrateFallback: Loading,
    ErrorBoundary: Crashed,
    lazy: async () => ({ Component: (await import('./provider.js')).ProviderPage }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./provider-tenants.js')).ProviderTenantsPage }) },
      { path: ':namespace/:name', lazy: async () => ({ Component: (await import('./provider-tenant.js')).ProviderTenantPage }) },
    ],
  },
  {
    path: '/',
    HydrateFallback: Loading,
    ErrorBoundary: Crashed,
    lazy: async () => ({ Component: (await import('./shell.js')).Shell }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./home.js')).HomePage }) },
      { path: 'rooms/:roomId', lazy: async () => ({ Component: (await import('./room.js')).RoomPage }) },
      { path: 'people', lazy: async () => ({ Component: (await import('./people.js')).PeoplePage }) },
      {
        path: 'admin/federation',
        lazy: async () => ({ Component: (await import('./admin-federation.js')).AdminFederationPage }),
        children: [
          { index: true, Component: () => <Navigate to="peers" replace /> },
          { path: 'peers', lazy: async () => ({ Component: (await import('./admin-peers.js')).AdminPeersPage }) },
          { path: 'peers/:serverName', lazy: async () => ({ Component: (await import('./admin-peer.js')).AdminPeerPage }) },
          { path: 'deliveries', lazy: async () => ({ Component: (await import('./admin-deliveries.js')).AdminDeliveriesPage }) },
          { path: 'rejected', lazy: async () => ({ Component: (await import('./admin-rejected.js')).AdminRejectedPage }) },
          { path: 'keys', lazy: async () => ({ Component: (await import('./admin-keys.js')).AdminKeysPage }) },
          { path: 'audit', lazy: async () => ({ Component: (await import('./admin-audit.js')).AdminAuditPage }) },
          { path: 'explain', lazy: async () => ({ Component: (await import('./admin-explain.js')).AdminExplainPage }) },
          { path: 'policy', lazy: async () => ({ Component: (await import('./admin-policy.js')).AdminPolicyPage }) },
        ],
      },
      { path: '*', lazy: async () => ({ Component: (await import('./not-found.js')).NotFoundPage }) },
    ],
  },
]);

export function AppRoutes() {
  return <RouterProvider router={router} />;
}
