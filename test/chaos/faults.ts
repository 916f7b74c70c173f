import type { TestNetwork } from '@scaiwave/testing';
import { SERVERS, type Fault } from './plan.js';

/** Does the harm, and returns what mends it. */
export async function inflict(network: TestNetwork, fault: Fault): Promise<() => Promise<void>> {
  const { server, kind } = fault;
  if (kind === 'kill') {
    await network.kill(server, ...fault.processes);
    return () => network.start(server, ...fault.processes);
  }
  if (kind === 'empty redis' || kind === 'break database') {
    await (kind === 'empty redis' ? network.emptyRedis(server) : network.breakDatabase(server));
    return nothing;
  }
  if (kind === 'crash postgres' || kind === 'crash redis') return network.crash(server, kind === 'crash postgres' ? 'postgres' : 'redis');
  if (kind === 'skew') {
    network.skew(server, fault.skewMs);
    return async () => network.skew(server, 0);
  }
  breakWire(network, fault);
  return async () => network.wire(server).mend();
}

function breakWire(network: TestNetwork, fault: Fault): void {
  const wire = network.wire(fault.server);
  if (fault.kind === 'cut wire') wire.cut();
  if (fault.kind === 'lose answers') wire.losesAnswers = true;
  if (fault.kind === 'double requests') wire.isDoubling = true;
  if (fault.kind === 'break in the middle') wire.breaksAfterBytes = fault.afterBytes;
  if (fault.kind === 'slow wire') wire.delayMs = fault.delayMs;
}

async function nothing(): Promise<void> {}

/** Everything runs and every wire is whole, whatever was going on. */
export async function mendAll(network: TestNetwork): Promise<void> {
  for (const server of SERVERS) {
    network.wire(server).mend();
    network.skew(server, 0);
    for (const process of ['api', 'worker'] as const) if (!network.isRunning(server, process)) await network.start(server, process);
  }
}
