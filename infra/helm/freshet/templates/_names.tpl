{{- define "freshet.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 40 characters: names of pods and services add to it, and DNS takes 63. */}}
{{- define "freshet.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "freshet.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "freshet.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What never changes of a component: selectors are made of it, and those of a StatefulSet are for life. */}}
{{- define "freshet.selector" -}}
app.kubernetes.io/name: {{ include "freshet.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "freshet.labels" -}}
{{ include "freshet.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: freshet
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "freshet.image" -}}
{{- $image := .root.Values.image -}}
{{- if $image.registry }}{{ $image.registry }}/{{ end }}{{ $image.repository }}/{{ .target }}:{{ default .root.Chart.AppVersion $image.tag }}
{{- end -}}

{{- define "freshet.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "freshet.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "freshet.secretName" -}}
{{- default (include "freshet.fullname" .) .Values.secrets.existingSecret -}}
{{- end -}}

{{- define "freshet.migrationsSecretName" -}}
{{- default (printf "%s-migrations" (include "freshet.fullname" .)) .Values.migrations.existingSecret -}}
{{- end -}}

{{- define "freshet.tlsSecretName" -}}
{{- default (printf "%s-tls" (include "freshet.fullname" .)) .Values.tls.existingSecret -}}
{{- end -}}

{{/* What portal and worker show nodes that require certificates. */}}
{{- define "freshet.clientTlsSecretName" -}}
{{- default (printf "%s-client-tls" (include "freshet.fullname" .)) .Values.tls.existingClientSecret -}}
{{- end -}}

{{- define "freshet.peersName" -}}
{{- printf "%s-peers" (include "freshet.fullname" .) -}}
{{- end -}}
