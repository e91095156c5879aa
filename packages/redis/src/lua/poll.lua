-- poll: registers the member at its position and reads what follows, in one step: a member that is listed has its
-- position on record before anybody can count on it.
--   KEYS meta, stream, progress
--   ARGV[1] nonce  ARGV[2] node:incarnation  ARGV[3] generation known ('' at first)  ARGV[4] epoch applied
--   ARGV[5] records at most   ARGV[6] the member's lease, milliseconds
--   -> {generation, tail, records [[id, [d, payload]], ...], seconds, microseconds}
local from = 0
if ARGV[3] == gen then from = tonumber(ARGV[4]) end
local member = 'm:' .. ARGV[2]
-- The counter shows a reaper who stood still. One for all members: a count of its own would begin anew with a member that
-- was taken off and came back, and a second reaper, late, would take it for the one that stood still.
local polls = redis.call('HINCRBY', KEYS[1], 'polls', 1)
-- Always a write: a fenced or read-only server cannot renew leases.
redis.call('HSET', KEYS[1], member, from .. ':' .. polls .. ':' .. ARGV[6])
local records = {}
if epoch > from then records = page(KEYS[2], from, tonumber(ARGV[5])) end
local time = redis.call('TIME')
return {gen, epoch, records, time[1], time[2]}
