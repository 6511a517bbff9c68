-- Health of a ModelRollout in Argo CD, where it stands in the tree below its ModelDeployment. It is a record, so that one
-- that ended badly stays Degraded; the Application looks only at what lies in Git.

local function health(status)
  return { status = status, message = obj.status.message or "" }
end

-- The controller writes the first status in the pass after the creation.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "the rollout is about to begin" }
end

local ends = {
  Promoted = "Healthy",
  -- A shadow did all that it was asked to do: its report is there.
  Completed = "Healthy",
  -- The spec asked for something else: nobody waits for this one any more.
  Superseded = "Healthy",
  RolledBack = "Degraded",
  Failed = "Degraded",
  Aborted = "Degraded",
}

if obj.status.outcome ~= nil then
  -- Going back was asked for in Git, and was done.
  if obj.status.outcome == "RolledBack" and obj.status.reason == "RevertedByUser" then
    return health("Healthy")
  end
  return health(ends[obj.status.outcome] or "Unknown")
end

if obj.status.paused ~= nil then
  return health("Suspended")
end

return health("Progressing")
