import { baseUrlOf, DEMO_TENANTS, issuerOf, serverNameOf, type DemoPorts, type DemoTenant } from './demo-plan.js';

const HEAD = 'apiVersion: federation.scaiwave.io/v1alpha1';

// No peering fields: each tenant's admin decides in the dashboard, where the demo sets `open` once.
function buildTenantFile(tenant: DemoTenant, ports: DemoPorts): string {
  return `${HEAD}
kind: Tenant
metadata: {name: ${tenant.name}}
spec:
  serverName: ${serverNameOf(tenant)}
  displayName: ${tenant.displayName}
  auth:
    oidc: {issuer: "${issuerOf(ports)}", clientId: ${tenant.name}, adminRoles: [admin]}
`;
}

function buildPeerDocument(tenant: DemoTenant, peer: DemoTenant, ports: DemoPorts): string {
  return `${HEAD}
kind: Peer
metadata: {name: ${tenant.name}-${peer.name}}
spec:
  tenantRef: {name: ${tenant.name}}
  serverName: ${serverNameOf(peer)}
  # A server_name carries no port here, so this says where the other installation listens.
  endpoint: {url: "${baseUrlOf(peer, ports)}", private: true}
`;
}

/**
 * The YAML files of one of the demo's installations, by file name.
 * Peers are written only where the other tenant lives in the other installation.
 */
export function buildDemoFiles(installation: number, ports: DemoPorts): Map<string, string> {
  const files = new Map<string, string>();
  for (const tenant of DEMO_TENANTS.filter((t) => t.installation === installation)) {
    const abroad = DEMO_TENANTS.filter((t) => t.installation !== installation);
    files.set(`${tenant.name}.yaml`, buildTenantFile(tenant, ports));
    files.set(`${tenant.name}-peers.yaml`, abroad.map((peer) => buildPeerDocument(tenant, peer, ports)).join('---\n'));
  }
  return files;
}
