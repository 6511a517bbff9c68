{{- define "understudy.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* The name of everything that is made: the release's, with the chart's where it is not in it. */ -}}
{{- define "understudy.fullname" -}}
{{- $name := include "understudy.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "understudy.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "understudy.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: needed where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "understudy.selectorLabels" -}}
app.kubernetes.io/name: {{ include "understudy.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end }}

{{- define "understudy.labels" -}}
app.kubernetes.io/name: {{ include "understudy.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: understudy
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "understudy.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The controller's configuration: what the values say elsewhere wins over values.config, which may not say it. */ -}}
{{- define "understudy.config" -}}
{{- $election := merge (dict "enabled" .Values.leaderElection.enabled) (default (dict) .Values.config.leaderElection) }}
{{- $ours := dict
  "namespaces" .Values.watchNamespaces
  "routers" .Values.routers
  "shards" (int .Values.shards)
  "admissionPolicy" .Values.admissionPolicy.enabled
  "leaderElection" $election
  "http" (dict "port" .Values.metrics.port)
  "dashboard" .Values.dashboard
  "notifications" .Values.notifications
  "gates" .Values.gates
}}
{{- toYaml (merge $ours .Values.config) }}
{{- end }}
