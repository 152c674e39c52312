-- Admits arrivals to sliding windows. KEYS are logs, one for each window, in which ARGV[1] is the length
-- in microseconds of all of them and ARGV[2] what arrives: unsigned numbers of 4 bytes, for each window
-- its limit, how many runs follow, and how many arrive in each run. Runs are in turns of prior arrivals,
-- which pass while fewer prior ones than the limit are there, and of others, which pass while fewer of
-- all are.
--
-- A log is a list of entries, oldest first, each three numbers of 8 bytes: a time in Unix microseconds,
-- and how many the log has admitted up to then, of all and of prior ones. So what many arrivals of one
-- moment leave is one entry, and what a window holds is the difference between its ends. Its first entry
-- is the last one that has left the window, or zeros.
--
-- Answers the time, and for each window numbers of 8 bytes: how many it held before, of all and of prior
-- ones; the time of the prior one that must leave before there is room for another one, or 0; and such
-- times among all, one for each count from before the arrivals to after them.
local ENTRY = '<i8i8i8'
local length, arriving = tonumber(ARGV[1]), ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function entry(log, index)
  local packed = redis.call('LINDEX', log, index)
  if packed then return struct.unpack(ENTRY, packed) end
end

-- How many in a row fulfil a condition that, once it fails, fails for all after: in doubling
-- steps, then halving ones, since a burst that leaves at once must not hold up everybody else.
local function count_while(holds)
  if not holds(0) then return 0 end
  local last, step = 0, 1
  while holds(last + step) do
    last = last + step
    step = step * 2
  end
  while step > 1 do
    step = step / 2
    if holds(last + step) then last = last + step end
  end
  return last + 1
end

-- A log outlives its window by one more at most, so that its end need not be told for each entry.
local function keep(log)
  redis.call('PEXPIRE', log, math.ceil(2 * length / 1000) + 1)
end

-- After the clock was set back some entries seem to be yet to come. They came by now at the latest: so
-- they stay for a window more at most, and the log keeps its order.
local function bring_back(log, all, prior)
  local inside = redis.call('LLEN', log) - 1
  local ahead = count_while(function(i) return i < inside and entry(log, -1 - i) > now end)
  if ahead == 0 then return end
  redis.call('LTRIM', log, 0, -1 - ahead)
  redis.call('RPUSH', log, struct.pack(ENTRY, now, all, prior))
  keep(log)
end

-- Drops what has left, and gives the entry before the window and the first in it.
local function ends(log)
  -- Times are cut to the microsecond, so one exactly a window old may be a bit younger: it stays.
  local function has_left(at) return at and at < now - length end
  local first = redis.call('LRANGE', log, 0, 1)
  if first[2] and has_left(struct.unpack(ENTRY, first[2])) then
    local gone = count_while(function(i) return has_left((entry(log, 1 + i))) end)
    redis.call('LTRIM', log, gone, -1)
    first = redis.call('LRANGE', log, 0, 1)
  end
  return first[1], first[2]
end

-- The index of the first entry up to which more than `count` were admitted; `which` is 2 for all, 3 for
-- prior ones.
local function index_beyond(log, which, count)
  return 1 + count_while(function(i)
    local admitted = select(which, entry(log, 1 + i))
    return admitted and admitted <= count
  end)
end

local position = 1
local function next_number()
  local number
  number, position = struct.unpack('<I4', arriving, position)
  return number
end

-- Goes through what arrives, and gives how many of all and of prior ones there are after it.
local function pass(used, prior_used, limit)
  for run = 1, next_number() do
    local is_prior = run % 2 == 1
    local room = limit - (is_prior and prior_used or used)
    local passing = math.max(0, math.min(next_number(), room))
    used = used + passing
    if is_prior then prior_used = prior_used + passing end
  end
  return used, prior_used
end

-- Adds an entry, and before the first one the zeros.
local function add(log, last, all, prior)
  local packed = struct.pack(ENTRY, now, all, prior)
  if last then
    redis.call('RPUSH', log, packed)
  else
    redis.call('RPUSH', log, struct.pack(ENTRY, 0, 0, 0), packed)
  end
  -- The first entry of each length of time tells the end for all that come in that.
  if not last or math.floor(last / length) ~= math.floor(now / length) then keep(log) end
end

-- The times of those that stand at a place among all that are in the window: from `first` to `last`.
local function times(log, gone, first, last)
  local index = index_beyond(log, 2, gone + first)
  local found, place = {}, first
  for _, packed in ipairs(redis.call('LRANGE', log, index, index + last - first)) do
    local at, all = struct.unpack(ENTRY, packed)
    while place <= last and place < all - gone do
      found[#found + 1] = at
      place = place + 1
    end
  end
  return found
end

local function admit(log)
  local limit = next_number()
  local last, all, prior = entry(log, -1)
  local all_gone, prior_gone, first, first_all, first_prior = 0, 0, nil, 0, 0
  if last then
    if last > now then bring_back(log, all, prior) end
    local before, inside = ends(log)
    local _
    _, all_gone, prior_gone = struct.unpack(ENTRY, before)
    if inside then first, first_all, first_prior = struct.unpack(ENTRY, inside) end
  else
    all, prior = 0, 0
  end
  local used_before, prior_before = all - all_gone, prior - prior_gone
  local used, prior_used = pass(used_before, prior_before, limit)
  if used > used_before then
    add(log, last, all_gone + used, prior_gone + prior_used)
    if not first then
      first, first_all, first_prior = now, all_gone + used, prior_gone + prior_used
    end
  end

  local prior_leaving = 0
  if prior_used > 0 then
    local leaving = prior_gone + math.max(0, prior_used - limit)
    if leaving < first_prior then
      prior_leaving = first
    else
      prior_leaving = entry(log, index_beyond(log, 3, leaving))
    end
  end
  local from, to = math.max(0, used_before - limit), math.max(0, used - limit)
  if used == 0 then return struct.pack('<i8i8i8', used_before, prior_before, prior_leaving) end
  if to == 0 then return struct.pack('<i8i8i8i8', used_before, prior_before, prior_leaving, first) end
  local leaving = times(log, all_gone, from, to)
  local format = '<i8i8i8' .. string.rep('i8', #leaving)
  return struct.pack(format, used_before, prior_before, prior_leaving, unpack(leaving))
end

local answers = {now}
for _, log in ipairs(KEYS) do answers[#answers + 1] = admit(log) end
return answers
