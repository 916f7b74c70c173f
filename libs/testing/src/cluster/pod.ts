/** What of a Pod the process kubelet goes by. */
export interface Pod {
  metadata: { name: string; namespace: string; uid: string; deletionTimestamp?: string; deletionGracePeriodSeconds?: number; annotations?: Record<string, string> };
  spec: { nodeName?: string; serviceAccountName?: string; containers: PodContainer[]; volumes?: PodVolume[]; restartPolicy?: 'Always' | 'OnFailure' | 'Never' };
  status?: { phase?: string };
}

export interface PodContainer {
  name: string;
  image: string;
  args?: string[];
  env?: PodEnv[];
  ports?: { containerPort: number; name?: string }[];
  volumeMounts?: { name: string; mountPath: string }[];
  readinessProbe?: { httpGet?: { path: string; port: number | string } };
}

export interface PodEnv {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: KeyRef; configMapKeyRef?: KeyRef; fieldRef?: { fieldPath: string } };
}

interface KeyRef {
  name: string;
  key: string;
  optional?: boolean;
}

interface Items {
  items?: { key: string; path: string }[];
  optional?: boolean;
}

export interface PodVolume {
  name: string;
  secret?: Items & { secretName: string };
  configMap?: Items & { name: string };
  emptyDir?: object;
  projected?: { sources: { secret?: Items & { name: string }; configMap?: Items & { name: string }; serviceAccountToken?: { expirationSeconds?: number } }[] };
}

/** Something that a container needs is not there (yet): the pod waits and says so. */
export class ContainerConfigError extends Error {
  override readonly name: string = 'CreateContainerConfigError';
}

/** There is no such image here. */
export class ImageError extends ContainerConfigError {
  override readonly name = 'ImagePullBackOff';
}
