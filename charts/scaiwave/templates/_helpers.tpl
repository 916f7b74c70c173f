{{- define "scaiwave.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains "scaiwave" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-scaiwave" (.Release.Name | trunc 31 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Labels by which pods are chosen: never changed, and nothing of a version in them, or an upgrade would start all workers again. */}}
{{- define "scaiwave.selector" -}}
app.kubernetes.io/name: scaiwave
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "scaiwave.labels" -}}
{{ include "scaiwave.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "scaiwave.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What all pods have in common; the Pod Security Standard "restricted". */}}
{{- define "scaiwave.podSecurity" -}}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "scaiwave.container" -}}
image: {{ include "scaiwave.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Where the pods of one component go. */}}
{{- define "scaiwave.placement" -}}
{{- $values := .values -}}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- if .root.Values.topologySpread.enabled }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: {{ .root.Values.topologySpread.topologyKey | quote }}
    whenUnsatisfiable: {{ .root.Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "scaiwave.selector" . | nindent 8 }}
    matchLabelKeys: {{ .matchLabelKeys | default (list "pod-template-hash") | toJson }}
{{- end }}
{{- end -}}

{{- define "scaiwave.healthEnv" -}}
- {name: HEALTH_HOST, value: {{ .Values.listenAddress | quote }}}
- {name: HEALTH_PORT, value: "9090"}
- {name: LOG_LEVEL, value: {{ .Values.logLevel }}}
{{- with .Values.trustedCA.existingSecret }}
- {name: NODE_EXTRA_CA_CERTS, value: {{ printf "/etc/scaiwave/trusted-ca/%s" $.Values.trustedCA.key | quote }}}
{{- end }}
{{- end -}}

{{- define "scaiwave.databaseEnv" -}}
- name: DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.postgres.existingSecret | quote }}, key: {{ .Values.postgres.keys.app | quote }}}}
- name: DATABASE_FLEET_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.postgres.existingSecret | quote }}, key: {{ .Values.postgres.keys.fleet | quote }}}}
{{- end -}}

{{/* What API and worker have in common. */}}
{{- define "scaiwave.serverEnv" -}}
{{ include "scaiwave.healthEnv" . }}
{{ include "scaiwave.databaseEnv" . }}
- name: REDIS_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.redis.existingSecret | quote }}, key: {{ .Values.redis.key | quote }}}}
- {name: REDIS_PREFIX, value: {{ .Values.redis.prefix | quote }}}
- {name: DATABASE_POOL_SIZE, value: {{ .Values.postgres.poolSize | quote }}}
{{- end -}}

{{- define "scaiwave.trustedCA.mounts" -}}
{{- if .Values.trustedCA.existingSecret }}
- {name: trusted-ca, mountPath: /etc/scaiwave/trusted-ca, readOnly: true}
{{- end }}
{{- end -}}

{{- define "scaiwave.trustedCA.volumes" -}}
{{- with .Values.trustedCA.existingSecret }}
- {name: trusted-ca, secret: {secretName: {{ . | quote }}}}
{{- end }}
{{- end -}}

{{/* Alive as soon as it runs; ready when the schema is current and, for the operator, the CRDs are known. Until then it waits. */}}
{{- define "scaiwave.probes" -}}
startupProbe: {httpGet: {path: /healthz, port: health}, periodSeconds: 2, failureThreshold: 60}
livenessProbe: {httpGet: {path: /healthz, port: health}, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6}
readinessProbe: {httpGet: {path: /readyz, port: health}, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2}
{{- end -}}
