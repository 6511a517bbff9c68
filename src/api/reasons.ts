/**
 * Every reason of conditions, decisions and events, with what it means and what to do about it. The reference page is made
 * from here.
 */
export const reasons = {
  // How a rollout goes on.
  RolloutStarted: 'The spec asks for a new revision, and a rollout of it began.',
  FirstRevision: 'Nothing was served before, so the first revision is served at once, without steps.',
  StepEntered: 'The gate of the step before was passed, and the rollout entered the next step of its plan.',
  WeightRaised: 'The candidate has the ready pods for it, so it gets more of the traffic.',
  StepApplied: "The data plane has taken over the step's split; `hold` counts from here.",
  GatePassed: 'Everything that must hold before the step is left holds.',
  Progressing: 'A rollout is on its way and waits for its next decision.',
  WaitingForCapacity: 'The candidate has fewer ready pods than its next weight needs. Its pods tell why.',
  WaitingForTraffic: 'The split is written, and the data plane has not taken it over yet.',
  WaitingForEvidence: 'The gate is open: the evidence neither passes nor fails the candidate yet.',
  Holding: 'The weight is kept for as long as `hold` says.',
  Promoting: 'All steps passed; the candidate is brought to full capacity and then takes all traffic.',
  Promoted: 'The candidate took all traffic and is the stable revision.',
  Baking: 'The candidate was promoted; the previous revision stays warm until the bake is over.',
  BakeOver: 'The bake is over: the rollout ended as promoted, and the previous revision drains.',
  // Standing still.
  PausedBySpec: '`spec.paused` is true. Set it to false to go on.',
  PauseStep: 'The plan has a pause here. It ends after its duration, or waits for a person.',
  Inconclusive:
    'A step had its `maxHold` without a Pass, and `analysis.onInconclusive` decided. More traffic, a longer `maxHold` or a wider threshold help.',
  NotPaused: 'Nothing stops forward progress.',
  Resumed: 'What stopped the rollout is over, and it goes on.',
  PausedByAction: 'A RolloutAction froze the rollout. Another one with verb `resume` lets it go on.',
  WaitingForApproval:
    'The plan has a pause here that needs the approvals of several people, each by a RolloutAction with verb `promote`.',
  // How a rollout ends without a promotion.
  RolledBack:
    'The candidate was taken back; the previous revision serves. The revision is not tried again until the spec changes or somebody says `retry`.',
  AnalysisFailed: 'A metric says that the candidate does harm; its weight went to 0 at once.',
  GateFailed:
    'A check of your own outside of the metrics, one of `spec.gates`, said no. Its `onFailure` decides: the rollout ends, or pauses until a person says `promote` (in the bake `promote --full`) or `abort`.',
  GateSilent:
    'Nobody answered for a gate of `spec.gates`, also after all retries, and its `onSilence: rollback` ended the rollout.',
  ProgressDeadlineExceeded:
    'Pods of the revision did not become ready within `progressDeadline`. Its pods tell why: image, probes, resources.',
  WeightTakenBack: 'The candidate got less of the traffic.',
  CapacityLost:
    'Ready pods of the candidate were lost, so that weight was taken back in the same pass: no revision gets more traffic than its ready pods can serve.',
  CandidateUnstable:
    'The candidate lost all its ready pods again and again while it had traffic. The message says why, where Kubernetes does: look for crashes, memory limits, liveness probes.',
  RevertedByUser: 'The spec was returned to the revision that the rollout started from.',
  StableHarmed:
    'The stable revision got worse than a metric allows while its requests were copied, so the copying ended.',
  ShadowCompleted:
    'A shadow ran to its end. Its report is in the ModelRollout, and nothing was to follow it.',
  RouterCannot:
    'The plan needs something that the router of `spec.traffic` cannot do here; the message says what and why. Change the plan, or the gateway.',
  Superseded:
    'The spec asked for another revision while the rollout ran; the old candidate lost its weight first.',
  Aborted: 'The rollout was ended before its end.',
  RolledBackByAction:
    'A RolloutAction asked to go back. The revision of the spec is left alone until the spec asks for another one, or somebody says `resume`.',
  Remembered:
    'The revision of the spec was tried and failed. It is not tried again until the revision changes or somebody says `retry`.',
  // What people ask for.
  PromotedByAction: 'A RolloutAction left a step forward.',
  PromotedInFull:
    'A RolloutAction skipped all steps that were left: full capacity, then all traffic, and no more analysis.',
  SkippedByAction: 'A RolloutAction left a step that was not finished.',
  Calibrated:
    "The pods of the stable revision were compared with each other, as far as the metrics source has them: what they differ by is no harm of the candidate's.",
  Approved: 'A RolloutAction approved what a pause asks several people about.',
  ResumedByAction: 'A RolloutAction let the rollout, or the revision of the spec, go on.',
  Retried: 'A RolloutAction asked to try a revision again that had failed or was aborted.',
  Restarting:
    'The pods of a revision are being replaced one after another; the message says how far that is.',
  Restarted: 'All pods of a revision were replaced, as a RolloutAction asked.',
  ActionPending: 'Nothing speaks against the RolloutAction; it waits for what its message says.',
  ActionExpired: 'The RolloutAction could not be carried out within its `ttl`.',
  TargetNotFound: 'There is no ModelDeployment of the name that the RolloutAction is about.',
  TargetReplaced:
    'The ModelDeployment has another uid than the RolloutAction says: it was deleted and made anew in between.',
  RolloutNotRunning: 'The rollout that the RolloutAction is about does not run (any more).',
  StepNotReached: 'The rollout has left the step that the RolloutAction is about, or is not there yet.',
  NothingToDo: 'What the RolloutAction asks for is so already, or there is nothing that it could be done to.',
  NotNow: 'The rollout is at a place where the verb means nothing; the message says which.',
  ApproverUnknown: 'An approval counts by person: the RolloutAction needs `spec.requestedBy`.',
  ApprovedAlready: 'The same person has approved already; another one has to.',
  ApprovalNeeded: 'A pause with approvals is left by its approvals only.',
  RevisionNotKept: 'The revision is not among those that are kept. `revisionHistoryLimit` says how many are.',
  // Serving.
  Healthy: 'The revision of the spec is the stable one, and its bake is over.',
  Available: 'The stable revision has ready endpoints.',
  Unavailable: 'The stable revision has no ready endpoint: users are not served.',
  NothingServed: 'There is no stable revision yet.',
  Scaling: 'The stable revision does not have all its pods yet.',
  ScaledToZero: '`spec.replicas` is 0, so nothing is served.',
  CandidateReady: 'The candidate has the ready pods that its next weight needs.',
  NoCandidate: 'No rollout is under way.',
  Settled: 'Nothing is left to be done.',
  RevisionCreated: 'A Deployment and a Service were made for the revision.',
  RevisionDeleted: 'An old revision beyond `revisionHistoryLimit` was deleted.',
  Draining: 'A revision lost its traffic and keeps its pods until `drain` is over.',
  RolesRebuilt:
    'The status was lost; who is stable and who is candidate was read from the records, the live route or selector, and the Deployments.',
  // Traffic.
  TrafficApplied: 'The data plane has taken over the split that was written last.',
  TrafficShifted: 'Another split was written.',
  TrafficRepaired:
    'Somebody changed a traffic object that the controller owns; the decided split was written again.',
  TrafficPending: 'A split was written and is not acknowledged yet.',
  ShareRejected:
    'The share that the gateway counts does not fit the split that was written, so the step is not left.',
  RouteNotAccepted:
    'A gateway does not accept the HTTPRoute, or cannot resolve its backends. The message has its words.',
  RouteConflict:
    'An HTTPRoute with the name of the ModelDeployment exists and belongs to somebody else. Rename one of them.',
  ServiceConflict:
    'A Service with a name that the ModelDeployment needs exists and belongs to somebody else. Rename one of them.',
  DeploymentConflict:
    'A Deployment with a name that the ModelDeployment needs exists and belongs to somebody else. Rename one of them.',
  GatewayAPINotInstalled: 'The cluster has no HTTPRoute: the Gateway API is not installed.',
  RouterSwitchedOff: "The controller's configuration switches off the router that the spec asks for.",
  // Analysis.
  AnalysisAvailable: 'The metrics that the gates need are there.',
  NotConfigured: "The controller's configuration has no metrics source: gates pass by `hold` and readiness.",
  NoMetrics: 'The spec asks for no metric: gates pass by `hold` and readiness.',
  NotNeeded: 'No gate is open, so no metrics are read.',
  UnknownSource: "`analysis.source` names a source that the controller's configuration does not have.",
  UnknownPreset:
    'Nobody knows how to count requests here: the gateway has no preset, and no known model server shows series of the pods. The message says what is looked for. Metrics of kind `query` work.',
  NotInPreset:
    'The program that counts the requests does not count what the metric asks for; the message says what is missing. Let a gateway count, or use a metric of kind `query`.',
  NoData:
    'A configured source is silent, or its answer is no number. It holds, and `analysis.onNoData` decides in the end.',
  SourceUnavailable: 'The metrics source cannot be reached, is too slow, or answers with an error.',
  QueryFailed: 'The source refuses a query; the message has its words.',
  QueryAmbiguous:
    'A query gave several series where its metric expects one number: aggregate them, or say `resultType: vector`.',
  TooManySeries: 'A query gave more series than are judged at once. Aggregate them, or select fewer.',
  PartialResult:
    'The source says that a part of it did not answer, so that series may be missing; the message has its words.',
  // What one metric says.
  NoHarm:
    'It is proved that the candidate is not much worse than the stable revision, as far as `passMargin` and `max` say.',
  HarmDetected: 'It is proved that the candidate does more harm than `tolerance` accepts.',
  WorseThanStable: 'After its promotion the candidate is worse than the stable revision was before.',
  NotDecided: 'What was counted proves neither harm nor health yet.',
  WithinLimit: 'Enough was measured, and it lies within the limit of the metric.',
  LimitExceeded: 'What was measured lies beyond the limit of the metric.',
  TooFewRequests: 'The candidate has not had `analysis.minRequests` requests on this step yet.',
  TooFewMeasurements:
    'The last measurement of the query passed, and `count` or `consecutiveSuccessLimit` asks for more of them.',
  FailureTolerated: 'The last measurement of the query failed, and `failureLimit` tolerates it.',
  NoConditionMet: 'Neither `pass` nor `fail` is true of the last measurement.',
  WaitingForSource: 'The metrics source has been asked and has not answered yet.',
  NoRequests:
    'The metrics source is alive, and shows no request of the candidate on this step. Does the gateway get traffic, and send it on?',
  NoSamples: 'The metrics source has no samples of the counters. Does it scrape the gateway?',
  StaleSamples:
    'The newest sample, or the answer to a query, is older than three scrape intervals: the source lost its target, or its clock differs.',
  EmptyResult: 'The query gives nothing.',
  NotANumber: 'The query gives NaN or infinity. Often it divides by zero.',
  NoBucket:
    "No bucket of the latency histogram tells slow requests apart: raise the objective's threshold, or give the histogram finer buckets.",
  NotMeasured: 'The metrics source was not asked for this metric.',
  TemplateNotFound:
    'A metric names a MetricTemplate or ClusterMetricTemplate that does not exist. No rollout begins until it does; the message names those that do.',
  InvalidTemplate:
    'A template cannot be used as a metric asks for it: an argument is missing, unknown, or cannot stand where the query has it. No rollout begins.',
  InvalidQuery: 'The query names a variable that does not exist; the message names those that do.',
  InvalidExpression:
    "`pass` or `fail` of a query is no valid CEL condition; the message has the compiler's words.",
  // Notifications.
  Notified: 'No target of notifications is behind with what it was sent.',
  NotificationsSwitchedOff:
    "`spec.notifications` names targets, and the controller's configuration has `notifications.enabled: false`.",
  SecretUnavailable:
    'A Secret that the spec names cannot be used: it does not exist, has not the label `understudy.dev/use: "true"`, lacks a key, or the controller may not read it. The message says which.',
  AddressRefused:
    "An address is not on the controller's list of allowed hosts, or leads where nothing may be sent: to a link-local address, or by a redirect.",
  TargetUnreachable:
    'A target of notifications cannot be reached, is too slow, or answers that it is not well. It is tried again with growing delays, up to a quarter of an hour.',
  TargetRefused:
    'A target of notifications answers that it does not take what it is sent: its address, its credentials or the text are wrong. It is tried again with growing delays.',
  // What a person must mend.
  InvalidSpec: 'The spec breaks a rule of the API; the message names field, found and accepted.',
  TemplateRejected: "The API server's own validation refuses the pod template; the message has its words.",
  WriteRefused:
    'The API server does not take what the controller writes: a permission is missing, or an admission rule is against it. The message has its words.',
  ReconcileError: 'A pass ended in an error and is tried again with growing delays.',
  Deleting: 'The ModelDeployment is being deleted.',
} as const;

export type Reason = keyof typeof reasons;
