{{/* What every pod has in common. */}}
{{- define "freshet.podSettings" -}}
automountServiceAccountToken: false
# Kubernetes would put the address of each service into variables, and FRESHET_WORKER_PORT=tcp://10.0.0.1:9500 for a
# service named freshet-worker is no port.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
{{- with .component }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Two pods of a component stay off one machine where they can. */}}
{{- define "freshet.affinity" -}}
affinity:
{{- with .affinity }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "freshet.selector" (dict "root" .root "component" .name) | nindent 14 }}
{{- end }}
{{- end -}}

{{- define "freshet.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* A variable out of the installation's secret. */}}
{{- define "freshet.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "freshet.secretName" .root }}
      key: {{ .name }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end -}}

{{/* Settings of the protocol: those of nodes and worker are the same. */}}
{{- define "freshet.protocol" -}}
FRESHET_LEASE_MS: {{ .leaseMs | int64 | quote }}
FRESHET_FENCE_MS: {{ include "freshet.derived" .fenceMs }}
FRESHET_WAIT_REPLICAS: {{ include "freshet.derived" .waitReplicas }}
FRESHET_ACK: {{ .ack | quote }}
FRESHET_LOG_MAX_RECORDS: {{ .logMaxRecords | int64 | quote }}
{{- with .acceptedFindings }}
FRESHET_ACCEPTED_FINDINGS: {{ join "," . | quote }}
{{- end }}
{{- end -}}

{{/* A number, or auto. */}}
{{- define "freshet.derived" -}}
{{- if kindIs "string" . }}{{ . | quote }}{{ else }}{{ . | int64 | quote }}{{ end -}}
{{- end -}}

{{/* Authorities of Redis, PostgreSQL or origins that are not public. Those of nodes are among the files of TLS. */}}
{{- define "freshet.caEnv" -}}
{{- if .Values.extraCa.configMap }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/freshet/ca/{{ .Values.extraCa.key }}
{{- end }}
{{- end -}}

{{- define "freshet.caMount" -}}
{{- if .Values.extraCa.configMap }}
- name: ca
  mountPath: /etc/freshet/ca
  readOnly: true
{{- end }}
{{- end -}}

{{- define "freshet.caVolume" -}}
{{- if .Values.extraCa.configMap }}
- name: ca
  configMap:
    name: {{ .Values.extraCa.configMap }}
{{- end }}
{{- end -}}

{{/* The files of TLS. "own": a certificate to show; without, only whom to believe. */}}
{{- define "freshet.tlsEnv" -}}
{{- if .root.Values.tls.enabled }}
{{- if .own }}
- name: FRESHET_TLS_CERT_FILE
  value: /etc/freshet/tls/tls.crt
- name: FRESHET_TLS_KEY_FILE
  value: /etc/freshet/tls/tls.key
{{- end }}
- name: FRESHET_TLS_CA_FILE
  value: /etc/freshet/tls/ca.crt
- name: FRESHET_TLS_CLIENT_CERTS
  value: {{ .root.Values.tls.clientCerts | quote }}
{{- end }}
{{- end -}}

{{- define "freshet.tlsMount" -}}
{{- if .Values.tls.enabled }}
- name: tls
  mountPath: /etc/freshet/tls
  readOnly: true
{{- end }}
{{- end -}}

{{- define "freshet.tlsVolume" -}}
{{- if .Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "freshet.tlsSecretName" . }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{/* Those of portal and worker, which ask nodes and answer nobody: they never get the nodes' key, with which one can pass
     for a node. */}}
{{- define "freshet.clientTlsEnv" -}}
{{- include "freshet.tlsEnv" (dict "root" . "own" (eq .Values.tls.clientCerts "require")) }}
{{- end -}}

{{- define "freshet.clientTlsVolume" -}}
{{- if and .Values.tls.enabled (eq .Values.tls.clientCerts "require") }}
- name: tls
  secret:
    secretName: {{ include "freshet.clientTlsSecretName" . }}
    defaultMode: 0440
{{- else if .Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "freshet.tlsSecretName" . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- end -}}

{{/* Settings of a component's own, of ConfigMaps; a change of them restarts its pods. */}}
{{- define "freshet.envFrom" -}}
envFrom:
  - configMapRef:
      name: {{ include "freshet.fullname" .root }}-{{ .name }}
{{- end -}}

{{- define "freshet.podAnnotations" -}}
checksum/settings: {{ include (printf "%s/%s/settings.yaml" .root.Template.BasePath .name) .root | sha256sum }}
checksum/secret: {{ include (printf "%s/secret.yaml" .root.Template.BasePath) .root | sha256sum }}
{{- with .component.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
