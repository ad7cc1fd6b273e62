-- wrk script: each connection is one respondent after another. Fetches the page, takes its token, posts the form.
-- Run with as many threads as connections, so that a thread knows which request an answer belongs to.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long us; } bench_time; int gettimeofday(bench_time *t, void *zone);")

local path, seconds = os.getenv("BENCH_PATH"), tonumber(os.getenv("BENCH_SECONDS"))
local form_headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local clock, threads, forms = ffi.new("bench_time"), {}, {}
local token, sent_at, posting, started, turn

-- What `done` collects from every thread.
acknowledged, pages, refused, times, first_refusal = 0, 0, 0, {}, ""

local function now()
  ffi.C.gettimeofday(clock, nil)
  return tonumber(clock.s) + tonumber(clock.us) / 1e6
end

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init()
  for line in io.lines(os.getenv("BENCH_FORMS")) do forms[#forms + 1] = line end
  turn = number * 37
end

-- Nobody begins after the end: then every form that was sent has also been answered.
function delay()
  started = started or now()
  if not token and now() - started > seconds then return 3600 * 1000 end
  return 0
end

function request()
  sent_at, posting = now(), token ~= nil
  if not posting then return wrk.format("GET", path) end
  turn = turn % #forms + 1
  local body = "token=" .. token .. "&" .. forms[turn]
  token = nil
  return wrk.format("POST", path, form_headers, body)
end

function response(status, headers, body)
  if posting and status == 303 then
    acknowledged = acknowledged + 1
    times[#times + 1] = math.floor((now() - sent_at) * 1e6)
    return
  end
  token = not posting and status == 200 and body:match('name="token" value="([^"]+)"') or nil
  if token then
    pages = pages + 1
  else
    refused = refused + 1
    first_refusal = status .. " " .. body:sub(1, 200)
  end
end

function done(summary)
  local sums, all, reason = { acknowledged = 0, pages = 0, refused = 0 }, {}, ""
  for _, thread in ipairs(threads) do
    for name in pairs(sums) do sums[name] = sums[name] + thread:get(name) end
    for _, time in pairs(thread:get("times")) do all[#all + 1] = time end
    if thread:get("refused") > 0 then reason = thread:get("first_refusal") end
  end
  table.sort(all)
  local function at(share) return (all[math.max(1, math.ceil(#all * share))] or 0) / 1000 end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"acknowledged": %d, "pages": %d, "refused": %d, "socket_errors": %d, "p50_ms": %.1f, "p95_ms": %.1f, "p99_ms": %.1f}\n',
    sums.acknowledged, sums.pages, sums.refused, errors.connect + errors.read + errors.write + errors.timeout,
    at(0.5), at(0.95), at(0.99)))
  if reason ~= "" then io.write("REFUSED " .. reason:gsub("%s+", " ") .. "\n") end
end
