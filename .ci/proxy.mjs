// Adds a key to every request and passes everything else on as it is, streams included: for clients that cannot be given
// a header. `KEY=… node .ci/proxy.mjs BASE` prints the address it listens on.
import http from 'node:http'

const base = new URL(process.argv[2])
const server = http.createServer((request, response) => {
  const headers = { ...request.headers, authorization: `Bearer ${process.env.KEY}` }
  const { method, url: path } = request
  const onward = http.request({ host: base.hostname, port: base.port, method, path, headers }, (reply) => {
    response.writeHead(reply.statusCode, reply.rawHeaders)
    response.flushHeaders()
    reply.pipe(response)
    reply.on('error', () => response.destroy())
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
