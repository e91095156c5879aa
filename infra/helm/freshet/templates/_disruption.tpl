{{- define "freshet.pdb" -}}
{{- if .component.pdb.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "freshet.fullname" .root }}-{{ .name }}
  labels:
    {{- include "freshet.labels" (dict "root" .root "component" .name) | nindent 4 }}
spec:
  maxUnavailable: {{ .component.pdb.maxUnavailable | int64 }}
  # A pod that is not well anyway must not keep a machine from being emptied.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "freshet.selector" (dict "root" .root "component" .name) | nindent 6 }}
{{- end }}
{{- end -}}
