-- inspect-control: which control document Redis holds, without sending it.
--   KEYS[1] document   KEYS[2] revision
--   -> {revision, SHA-1 of the document in hex}, or nil when either is missing
-- The digest is of what is there now, not of what somebody said they stored: a document that was altered is found too.
local document = redis.call('GET', KEYS[1])
local revision = redis.call('GET', KEYS[2])
if not document or not revision then return false end
return {revision, redis.sha1hex(document)}
