import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foreignCrds, type ForeignProject } from './foreign-kinds.js';

export interface KubectlAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real kubectl, as a person would use it. */
export class Kubectl {
  constructor(
    private readonly programs: string,
    private readonly kubeconfig: string,
  ) {}

  /** Whatever comes of it. */
  async try(args: readonly string[], input = ''): Promise<KubectlAnswer> {
    const child = spawn(join(this.programs, 'kubectl'), ['--kubeconfig', this.kubeconfig, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' } });
    child.stdin.end(input);
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number>((resolve) => child.once('exit', (exit) => resolve(exit ?? 1)))]);
    return { code, stdout, stderr };
  }

  /** @throws Error with what kubectl said when it did not succeed */
  async run(args: readonly string[], input = ''): Promise<string> {
    const { code, stdout, stderr } = await this.try(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async apply(...objects: object[]): Promise<void> {
    await this.run(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  }

  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(['get', ...args, '-o', 'json'])) as T;
  }

  /** Makes the kinds of another project known, and waits until they are served. */
  async installKinds(project: ForeignProject): Promise<void> {
    const files = foreignCrds(project).flatMap((file) => ['-f', file]);
    await this.run(['apply', '--server-side', ...files]);
    await this.run(['wait', '--for=condition=Established', '--timeout=60s', ...files]);
  }

  /** Applies our CRDs and waits until they are served. */
  async applyCrds(): Promise<void> {
    await this.run(['apply', '-f', fileURLToPath(new URL('../../../../crds', import.meta.url))]);
    await this.run(['wait', '--for=condition=Established', '--timeout=30s', 'crd/tenants.federation.scaiwave.io', 'crd/peers.federation.scaiwave.io']);
  }
}
