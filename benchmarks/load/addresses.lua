-- For wrk: each request asks for the next line of the file ADDRESSES; the last line of the output tells it all as JSON.

local requests, turn = {}, 0

function init(arguments)
  for address in io.lines(os.getenv("ADDRESSES")) do
    requests[#requests + 1] = wrk.format("GET", address)
  end
  turn = tonumber(os.getenv("FIRST"))
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('\n{"requests": %d, "seconds": %f, "bytes": %d, "failed": %d, "median": %f, "slow": %f}',
    summary.requests, summary.duration / 1e6, summary.bytes, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
