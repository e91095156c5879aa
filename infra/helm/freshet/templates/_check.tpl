{{/* What the schema cannot say. A release that would not start is refused before anything is changed. */}}
{{- define "freshet.check" -}}
{{- $values := .Values -}}
{{- if not $values.secrets.existingSecret -}}
{{- $_ := required "secrets.freshetSecret is missing: openssl rand -base64 32 makes one; or name your own Secret in secrets.existingSecret" $values.secrets.freshetSecret -}}
{{- if lt (len $values.secrets.freshetSecret) 32 }}{{ fail "secrets.freshetSecret has fewer than 32 characters" }}{{ end -}}
{{- $_ := required "secrets.redisUrl is missing: redis://, rediss://, redis+sentinel:// or redis+cluster://" $values.secrets.redisUrl -}}
{{- $_ := required "secrets.databaseUrl is missing: postgresql://freshet_app:...@host:5432/freshet" $values.secrets.databaseUrl -}}
{{- end -}}
{{- if $values.portal.enabled -}}
{{- $url := required "portal.url is missing: the portal's address as people type it" $values.portal.url -}}
{{- if and (eq $values.environment "production") (not (hasPrefix "https://" $url)) }}{{ fail "portal.url is an https address in production" }}{{ end -}}
{{- if $values.portal.oidc.issuer -}}
{{- $_ := required "portal.oidc.clientId is missing" $values.portal.oidc.clientId -}}
{{- if not $values.secrets.existingSecret }}{{ $_ := required "secrets.oidcClientSecret is missing" $values.secrets.oidcClientSecret }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if and $values.migrations.enabled (not $values.migrations.existingSecret) -}}
{{- $_ := required "migrations.databaseUrl is missing: PostgreSQL as the owner of the tables; or migrations.existingSecret" $values.migrations.databaseUrl -}}
{{- if $values.migrations.appRole }}{{ $_ := required "migrations.appPassword is missing: the password of migrations.appRole" $values.migrations.appPassword }}{{ end -}}
{{- end -}}
{{- if $values.tls.enabled -}}
{{- if not (or $values.tls.existingSecret $values.tls.certManager.enabled) }}{{ fail "tls needs tls.existingSecret or tls.certManager.enabled" }}{{ end -}}
{{- if and (or $values.tls.existingSecret $values.tls.existingClientSecret) $values.tls.certManager.enabled }}{{ fail "tls.existingSecret and tls.existingClientSecret exclude tls.certManager.enabled" }}{{ end -}}
{{- if and $values.tls.existingSecret (eq $values.tls.clientCerts "require") }}{{ $_ := required "tls.existingClientSecret is missing: with clientCerts require, the certificate that portal and worker show nodes" $values.tls.existingClientSecret }}{{ end -}}
{{- if $values.tls.certManager.enabled }}{{ $_ := required "tls.certManager.issuerRef.name is missing" $values.tls.certManager.issuerRef.name }}{{ end -}}
{{- end -}}
{{- with $values.cacheNode.autoscaling -}}
{{- if and .enabled (lt .maxReplicas .minReplicas) }}{{ fail "cacheNode.autoscaling.maxReplicas is below minReplicas" }}{{ end -}}
{{- if and .enabled (not .cpuUtilization) (not .requestsPerSecond) }}{{ fail "cacheNode.autoscaling needs cpuUtilization or requestsPerSecond" }}{{ end -}}
{{- end -}}
{{- if eq (default .Chart.AppVersion $values.image.tag) "latest" }}{{ fail "image.tag is latest: a rollback would find other bytes" }}{{ end -}}
{{- end -}}
