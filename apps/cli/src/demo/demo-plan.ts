/** The demo's world: who is where. Everything else (files, clients, rooms) is built from it. */
export interface DemoPerson {
  localId: string;
  displayName: string;
  role: 'user' | 'admin';
}

export interface DemoTenant {
  /** Resource name, OIDC client id and host label. */
  name: string;
  displayName: string;
  /** 0 or 1: which of the two installations serves it. */
  installation: number;
  people: DemoPerson[];
}

export const DEMO_TENANTS: readonly DemoTenant[] = [
  {
    name: 'acme', displayName: 'Acme', installation: 0,
    people: [{ localId: 'alice', displayName: 'Alice', role: 'user' }, { localId: 'bob', displayName: 'Bob', role: 'admin' }],
  },
  { name: 'globex', displayName: 'Globex', installation: 0, people: [{ localId: 'carol', displayName: 'Carol', role: 'admin' }] },
  {
    name: 'initech', displayName: 'Initech', installation: 1,
    people: [{ localId: 'dave', displayName: 'Dave', role: 'user' }, { localId: 'erin', displayName: 'Erin', role: 'admin' }],
  },
];

/** The ports of the demo: one per installation, one for the login provider. */
export interface DemoPorts {
  installations: [number, number];
  provider: number;
}

/** @param base `DEMO_PORT`; the demo uses it and the two ports above it */
export function buildDemoPorts(base: number): DemoPorts {
  return { installations: [base, base + 1], provider: base + 2 };
}

export function serverNameOf(tenant: DemoTenant): string {
  return `${tenant.name}.localhost`;
}

/** Where browsers and scripts reach a tenant. */
export function baseUrlOf(tenant: DemoTenant, ports: DemoPorts): string {
  return `http://${serverNameOf(tenant)}:${ports.installations[tenant.installation]}`;
}

export function fqidOf(tenant: DemoTenant, person: DemoPerson): string {
  return `@${person.localId}:${serverNameOf(tenant)}`;
}

/** Issuer of the demo's login provider. */
export function issuerOf(ports: DemoPorts): string {
  return `http://localhost:${ports.provider}`;
}
