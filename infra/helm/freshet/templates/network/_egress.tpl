{{- define "freshet.egress" -}}
-
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    {{- range .ports }}
    - port: {{ . | int64 }}
    {{- end }}
{{- end -}}

{{/* Without a list: the internet, and neither private networks nor a cloud's metadata service. */}}
{{- define "freshet.publicEgress" -}}
-
  to:
    {{- with .to }}
    {{- toYaml . | nindent 4 }}
    {{- else }}
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
    - ipBlock:
        cidr: ::/0
        except: ["fc00::/7", "fe80::/10"]
    {{- end }}
  ports:
    {{- range .ports }}
    - port: {{ . | int64 }}
    {{- end }}
{{- end -}}
