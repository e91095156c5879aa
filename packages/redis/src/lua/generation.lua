-- The first part of every script that touches the log (it is put before append.lua and poll.lua).
-- A generation ends when Redis may have lost writes: another process (run_id), another replication history
-- (master_replid), or no meta at all. Then epochs start again and nothing cached before can be called fresh.
-- Meta is ONE hash, so that it is lost all or nothing.
--   KEYS[1] meta hash   KEYS[2] stream   ARGV[1] 16 hex digits, the new generation's name if one must begin
local info = redis.call('INFO', 'server') .. redis.call('INFO', 'replication')
local me = string.match(info, 'run_id:(%w+)') .. ':' .. string.match(info, 'master_replid:(%w+)')
local meta = redis.call('HMGET', KEYS[1], 'id', 'gen', 'epoch')
local gen, epoch = meta[2], tonumber(meta[3])
if meta[1] ~= me or not gen or not epoch then
  -- Renamed, not deleted: what was acknowledged may not be archived yet. Kept for a week.
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local old = KEYS[2] .. ':' .. (gen or 'unknown')
    redis.call('RENAME', KEYS[2], old)
    redis.call('EXPIRE', old, 604800)
  end
  gen, epoch = ARGV[1], 0
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'id', me, 'gen', gen, 'epoch', 0)
end
