-- confirm-archived: notes how far the audit has come with a generation, and deletes the stream of one that is over once
-- all of it is there.
--   KEYS[1] its stream if it is over   KEYS[2] progress   ARGV[1] generation  ARGV[2] epoch
--   -> 1 the generation is finished, 0 not yet
-- Not the larger of two: a database that was restored from a backup needs again what it had.
redis.call('HSET', KEYS[2], 'archived:' .. ARGV[1], ARGV[2])
local ended = redis.call('HGET', KEYS[2], 'ended:' .. ARGV[1])
if not ended or tonumber(ARGV[2]) < tonumber(string.match(ended, '^%d+')) then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('HDEL', KEYS[2], 'ended:' .. ARGV[1])
-- Receipts of the last generations still ask whether they are archived; for more than that nothing is kept.
local finished = (redis.call('HGET', KEYS[2], 'finished') or '') .. ARGV[1] .. ' '
while #finished > 32 * 17 do
  redis.call('HDEL', KEYS[2], 'archived:' .. string.match(finished, '^%S+'))
  finished = string.gsub(finished, '^%S+ ', '')
end
redis.call('HSET', KEYS[2], 'finished', finished)
return 1
