{{- /* Made by `npm run generate` from src/kubernetes/permissions.ts and src/api/user-roles.ts. */ -}}
{{- define "understudy.rules.controller.watched" -}}
# The spec belongs to the user (law 18).
- apiGroups: [understudy.dev]
  resources: [modeldeployments]
  verbs: [list, watch]
# What became of what was asked for.
- apiGroups: [understudy.dev]
  resources: [modeldeployments/status, modelrollouts/status, rolloutactions/status]
  verbs: [patch]
# One record for each attempt.
- apiGroups: [understudy.dev]
  resources: [modelrollouts]
  verbs: [list, watch, create, delete]
# What people ask for; patch gives an action to its ModelDeployment, so that it goes with it.
- apiGroups: [understudy.dev]
  resources: [rolloutactions]
  verbs: [list, watch, patch, delete]
# Queries that a team shares.
- apiGroups: [understudy.dev]
  resources: [metrictemplates]
  verbs: [list, watch]
# One Deployment for each revision.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list, watch, create, patch, delete]
# One Service for each revision, and the apex; get says whose one is that has a name which is needed.
- apiGroups: ['']
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# Readiness, and what is wrong with a pod.
- apiGroups: ['']
  resources: [pods]
  verbs: [list, watch]
{{- if .Values.routers.service }}
# The live label, while a plain Service splits by the ratio of pods.
- apiGroups: ['']
  resources: [pods]
  verbs: [patch]
{{- end }}
# A restart replaces pods as PodDisruptionBudgets allow.
- apiGroups: ['']
  resources: [pods/eviction]
  verbs: [create]
# Capacity is measured on endpoints (law 1).
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- if .Values.routers.gatewayAPI }}
# The split; get says whose one is that has a name which is needed.
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- if or .Values.notifications.enabled .Values.gates.allowedHosts }}
# What a notification or the question to a gate is sent with: one Secret by its name, when it is needed.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get]
{{- end }}
{{- if .Values.gates.jobs }}
# A gate that is a Job; delete ends one whose answer nobody waits for any more.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, create, delete]
{{- end }}
{{- if .Values.gates.jobs }}
# The last lines that the pod of such a Job printed.
- apiGroups: ['']
  resources: [pods/log]
  verbs: [get]
{{- end }}
# What happened, for people.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{- define "understudy.rules.controller.cluster" -}}
# Queries that all teams share.
- apiGroups: [understudy.dev]
  resources: [clustermetrictemplates]
  verbs: [list, watch]
{{- if .Values.routers.gatewayAPI }}
# What carries the traffic can do, and how it counts; Gateways lie in namespaces of their own.
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways, gatewayclasses]
  verbs: [list, watch]
{{- end }}
{{- if .Values.dashboard.enabled }}
# Who a person is that looks at the dashboard.
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
{{- end }}
{{- if .Values.dashboard.enabled }}
# What that person may see and do.
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}
{{- end }}

{{- define "understudy.rules.controller.own" -}}
{{- if .Values.leaderElection.enabled }}
# One of several replicas leads (law 16).
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
{{- end }}
{{- if .Values.shards }}
# Replicas share the shards by a Lease for each, and remove those of replicas that are gone.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [list, delete]
{{- end }}
{{- end }}

{{- define "understudy.rules.user.viewer" -}}
- apiGroups: [understudy.dev]
  resources: [modeldeployments, modelrollouts, rolloutactions, metrictemplates, clustermetrictemplates]
  verbs: [get, list, watch]
{{- end }}

{{- define "understudy.rules.user.editor" -}}
- apiGroups: [understudy.dev]
  resources: [modeldeployments, modelrollouts, rolloutactions, metrictemplates, clustermetrictemplates]
  verbs: [get, list, watch]
- apiGroups: [understudy.dev]
  resources: [modeldeployments, metrictemplates]
  verbs: [create, update, patch, delete, deletecollection]
- apiGroups: [understudy.dev]
  resources: [modeldeployments/scale]
  verbs: [get, update, patch]
{{- end }}

{{- define "understudy.rules.user.operator" -}}
- apiGroups: [understudy.dev]
  resources: [modeldeployments, modelrollouts, rolloutactions, metrictemplates, clustermetrictemplates]
  verbs: [get, list, watch]
- apiGroups: [understudy.dev]
  resources: [rolloutactions]
  verbs: [create]
- apiGroups: [understudy.dev]
  resources: [modeldeployments]
  verbs: [pause, abort, rollback, restart]
{{- end }}

{{- define "understudy.rules.user.approver" -}}
- apiGroups: [understudy.dev]
  resources: [modeldeployments, modelrollouts, rolloutactions, metrictemplates, clustermetrictemplates]
  verbs: [get, list, watch]
- apiGroups: [understudy.dev]
  resources: [rolloutactions]
  verbs: [create]
- apiGroups: [understudy.dev]
  resources: [modeldeployments]
  verbs: [promote, pause, resume, abort, retry, rollback, skip, restart]
{{- end }}
