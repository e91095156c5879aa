-- publish-control: stores a control document unless Redis has this revision or a newer one.
--   KEYS[1] document   KEYS[2] revision   ARGV[1] document as JSON   ARGV[2] its revision   ARGV[3] doorbell's channel
--   -> 1 stored, 0 refused
-- Both keys change in one step, so that no node reads one revision's number with another's text. Publishers race: the
-- portal after a commit and the worker's reconciler may arrive in either order, and the older must lose.
local held = tonumber(redis.call('GET', KEYS[2]) or '')
if held and held >= tonumber(ARGV[2]) and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
-- A doorbell only: nodes poll the revision as well.
redis.call('PUBLISH', ARGV[3], ARGV[2])
return 1
