-- Health of a ModelDeployment in Argo CD. Nothing beyond the base library is used: Argo CD opens no more.

local function says(conditionType)
  for _, condition in ipairs(obj.status.conditions or {}) do
    if condition.type == conditionType then
      return condition.status == "True"
    end
  end
  return false
end

local function health(status)
  return { status = status, message = obj.status.message or "" }
end

-- No status, the default of the API server, or the status of an older spec: it says nothing of what was applied now.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "the controller has not looked at this generation of the spec yet" }
end

-- A person has to change the spec: it is invalid, or its revision was tried and taken back.
if says("Stalled") then
  return health("Degraded")
end

-- The revision of the spec is the stable one, and its bake is over.
if says("Ready") then
  return health("Healthy")
end

-- Traffic stays as it is until a pause of the plan ends, a person acts or evidence comes.
if says("Paused") then
  return health("Suspended")
end

return health("Progressing")
