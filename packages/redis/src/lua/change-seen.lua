-- change-seen: stamps or removes an entry that still is what was judged. The whole head is compared, for another value of
-- the same version may carry other tags, about which nothing was judged.
--   KEYS[1] entry   ARGV[1] its head as it was read
--   ARGV[2] bytes to put in place from the stamp on (entry-codec.ts), or '' to remove it   ARGV[3] where the stamp stands
--   -> 1 done, 0 it is another or gone
if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('UNLINK', KEYS[1]) end
-- Leaves the time to live as it is.
redis.call('SETRANGE', KEYS[1], ARGV[3], ARGV[2])
return 1
