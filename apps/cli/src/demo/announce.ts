import { baseUrlOf, DEMO_TENANTS, fqidOf, issuerOf, type DemoPorts } from './demo-plan.js';

/** What `DEMO_JSON` contains. */
export interface DemoReport {
  tenants: { server_name: string; base_url: string; users: { local_id: string; fqid: string; role: 'user' | 'admin'; token: string }[] }[];
}

/** What the demo prints once everything is up: addresses, people, and what to try. */
export function buildAnnouncement(ports: DemoPorts, seconds: number): string {
  const [acme, , initech] = DEMO_TENANTS;
  const tenants = DEMO_TENANTS.map((tenant) => {
    const people = tenant.people.map((person) => `${person.localId}${person.role === 'admin' ? ' (admin)' : ''}`).join(', ');
    return `  ${baseUrlOf(tenant, ports).padEnd(32)} ${people.padEnd(22)} installation ${tenant.installation === 0 ? 'one' : 'two'}`;
  });
  const alice = fqidOf(acme!, acme!.people[0]!);
  const token = `${issuerOf(ports)}/token?user=${alice.slice(1).replace(':', '@')}`;
  return `
Two installations, three servers, up in ${seconds.toFixed(1)} s:

${tenants.join('\n')}
  ${issuerOf(ports).padEnd(32)} the login provider; one click per person, no passwords

Three things to try:

  1. Open ${baseUrlOf(acme!, ports)} as alice and ${baseUrlOf(initech!, ports)} as dave (two windows).
     Dave's bell has an invitation: accept it, then write to each other.
  2. In alice's rooms "Incognito" and "Slack bridge", press + Invite, switch on Federated and try
     ${fqidOf(initech!, initech!.people[1]!)}: both refuse and say why. In "Lounge" it works.
  3. The same as alice with curl:
     TOKEN=$(curl -s '${token}')
     curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
       -d '{"fqid":"${fqidOf(initech!, initech!.people[1]!)}"}' ${baseUrlOf(acme!, ports)}/v1/me/federated-dms

Ctrl-C stops everything; the next start finds the same data.
`;
}
