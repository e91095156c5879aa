-- The first part of every script that touches the log (it is put before each of them).
-- A generation ends when Redis may have lost writes: another process (run_id), another replication history
-- (master_replid), or no meta at all. Then epochs start again and nothing cached before can be called fresh.
-- Meta is ONE hash, so that it is lost all or nothing.
--   KEYS[1] meta hash   KEYS[2] stream   KEYS[3] progress hash
--   ARGV[1] 16 hex digits, the new generation's name if one must begin
--   defines gen and epoch: this generation and its newest epoch
local info = redis.call('INFO', 'server') .. redis.call('INFO', 'replication')
local me = string.match(info, 'run_id:(%w+)') .. ':' .. string.match(info, 'master_replid:(%w+)')
local meta = redis.call('HMGET', KEYS[1], 'id', 'gen', 'epoch')
local gen, epoch = meta[2], tonumber(meta[3])
if meta[1] ~= me or not gen or not epoch then
  if redis.call('EXISTS', KEYS[2]) == 1 then
    -- Whose stream it is, the progress hash knows too: meta alone may be lost. Else it gets a name that nobody has had.
    gen = gen or redis.call('HGET', KEYS[3], 'generation') or string.sub(redis.sha1hex(ARGV[1]), 1, 16)
    local last = 0
    local stream = redis.call('XINFO', 'STREAM', KEYS[2])
    for i = 1, #stream, 2 do
      if stream[i] == 'last-generated-id' then last = tonumber(string.match(stream[i + 1], '^%d+')) end
    end
    -- Renamed, not deleted: what was acknowledged may not be archived yet. Kept for a week.
    redis.call('RENAME', KEYS[2], KEYS[2] .. ':' .. gen)
    redis.call('EXPIRE', KEYS[2] .. ':' .. gen, 604800)
    redis.call('HSET', KEYS[3], 'ended:' .. gen, last .. ':' .. redis.call('TIME')[1])
  end
  gen, epoch = ARGV[1], 0
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'id', me, 'gen', gen, 'epoch', 0)
  redis.call('HSET', KEYS[3], 'generation', gen)
end
