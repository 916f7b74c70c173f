// docs/operating/conditions.md, from the constants of the operator.
export async function describeConditions({ TENANT_REASONS, PEER_REASONS, EVENT_REASONS }, { OperatorMetrics }, { Registry }) {
  const registry = new Registry();
  new OperatorMetrics(registry);
  const metrics = (await registry.getMetricsAsJSON()).map(({ name, help }) => `| \`${name}\` | ${help} |`);
  return `# Conditions, Events and metrics of the operator

\`kubectl get tenants,peers -A\` shows of each resource whether it is Ready and, if not, the reason; \`-o wide\` and \`kubectl describe\` show the message,
which names what to change. A condition is good when it is True. (This page is made by \`make gen\`.)

## Tenant

${conditionTable(TENANT_REASONS)}

## Peer

${conditionTable(PEER_REASONS)}

## Events

A change of Ready is an Event with the reason of Ready, and beside these:

| reason | when, and what to do |
|---|---|
${Object.entries(EVENT_REASONS).map(([reason, when]) => `| \`${reason}\` | ${when} |`).join('\n')}

## Metrics

| metric | what |
|---|---|
${metrics.join('\n')}
`;
}

function conditionTable(table) {
  const rows = Object.entries(table).flatMap(([condition, reasons]) => Object.entries(reasons).map(([reason, when], index) => `| ${index === 0 ? condition : ''} | \`${reason}\` | ${when} |`));
  return `| condition | reason | when, and what to do |\n|---|---|---|\n${rows.join('\n')}`;
}
