import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.js';
import { ContainerConfigError, type Pod, type PodEnv, type PodVolume } from './pod.js';

type Files = Record<string, Buffer>;

interface Source {
  kind: 'secrets' | 'configmaps';
  name: string;
  items?: { key: string; path: string }[];
  optional?: boolean;
}

/** The environment and the mounted folders of a pod, from Secrets and ConfigMaps, laid out as the kubelet does. */
export class PodFiles {
  constructor(
    private readonly plane: ControlPlane,
    private readonly folder: string,
  ) {}

  /** Where a volume lies on this machine. */
  folderOf(volume: string): string {
    return join(this.folder, volume);
  }

  /** Writes what changed of every volume; a folder is replaced as a whole, by its `..data` link. @throws ContainerConfigError */
  async mount(pod: Pod): Promise<void> {
    for (const volume of pod.spec.volumes ?? []) {
      const files = await this.#read(pod.metadata.namespace, volume);
      if (files === null) mkdirSync(this.folderOf(volume.name), { recursive: true });
      else swap(this.folderOf(volume.name), files);
    }
  }

  /** @throws ContainerConfigError */
  async resolve(pod: Pod, env: readonly PodEnv[]): Promise<Record<string, string>> {
    const values: Record<string, string> = {};
    for (const one of env) {
      const value = await this.#valueOf(pod, one);
      if (value !== null) values[one.name] = value;
    }
    return values;
  }

  async #valueOf({ metadata }: Pod, { value, valueFrom = {} }: PodEnv): Promise<string | null> {
    if (value !== undefined) return value;
    const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom;
    if (fieldRef !== undefined) return { 'metadata.name': metadata.name, 'metadata.namespace': metadata.namespace, 'metadata.uid': metadata.uid }[fieldRef.fieldPath] ?? '';
    const [kind, ref] = secretKeyRef === undefined ? (['configmaps', configMapKeyRef] as const) : (['secrets', secretKeyRef] as const);
    if (ref === undefined) return '';
    const found = (await this.#dataOf(metadata.namespace, kind, ref.name))?.[ref.key];
    if (found === undefined && !ref.optional) throw new ContainerConfigError(`couldn't find key ${ref.key} in ${kind} ${metadata.namespace}/${ref.name}`);
    return found?.toString() ?? null;
  }

  async #read(namespace: string, volume: PodVolume): Promise<Files | null> {
    const sources = sourcesOf(volume);
    if (sources === null) return null;
    const all: Files = {};
    for (const source of sources) Object.assign(all, await this.#readSource(namespace, source));
    return all;
  }

  async #readSource(namespace: string, { kind, name, items, optional }: Source): Promise<Files> {
    const data = await this.#dataOf(namespace, kind, name);
    if (data === null && !optional) throw new ContainerConfigError(`${kind} "${name}" not found`);
    const wanted = items ?? Object.keys(data ?? {}).map((key) => ({ key, path: key }));
    return Object.fromEntries(wanted.flatMap(({ key, path }) => (data?.[key] ? [[path, data[key]]] : [])));
  }

  async #dataOf(namespace: string, kind: 'secrets' | 'configmaps', name: string): Promise<Files | null> {
    const { status, body } = await this.plane.get(`/api/v1/namespaces/${namespace}/${kind}/${name}`);
    if (status !== 200) return null;
    const { data = {} } = JSON.parse(body) as { data?: Record<string, string> };
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, kind === 'secrets' ? 'base64' : 'utf8')]));
  }
}

// null: nothing of the cluster's is in it.
function sourcesOf({ secret, configMap, projected }: PodVolume): Source[] | null {
  if (secret) return [{ ...secret, kind: 'secrets', name: secret.secretName }];
  if (configMap) return [{ ...configMap, kind: 'configmaps' }];
  if (!projected) return null;
  return projected.sources.flatMap(({ secret: one, configMap: other }): Source[] => [...(one ? [{ ...one, kind: 'secrets' as const }] : []), ...(other ? [{ ...other, kind: 'configmaps' as const }] : [])]);
}

function swap(folder: string, files: Files): void {
  const hash = createHash('sha256');
  for (const [path, bytes] of Object.entries(files).toSorted(([a], [b]) => a.localeCompare(b))) hash.update(path).update('\0').update(bytes).update('\0');
  const version = `..${hash.digest('hex').slice(0, 16)}`;
  const link = join(folder, '..data');
  const before = existsSync(link) ? readlinkSync(link) : null;
  if (before === version) return;
  mkdirSync(join(folder, version), { recursive: true });
  for (const [path, bytes] of Object.entries(files)) writeFileSync(join(folder, version, path), bytes);
  symlinkSync(version, join(folder, '..data.new'));
  renameSync(join(folder, '..data.new'), link);
  for (const path of Object.keys(files)) if (!existsSync(join(folder, path))) symlinkSync(join('..data', path), join(folder, path));
  if (before !== null) rmSync(join(folder, before), { recursive: true, force: true });
  removeDangling(folder);
}

function removeDangling(folder: string): void {
  for (const entry of readLinks(folder)) if (!existsSync(join(folder, entry))) rmSync(join(folder, entry));
}

function readLinks(folder: string): string[] {
  return readdirSync(folder).filter((entry) => !entry.startsWith('..'));
}
