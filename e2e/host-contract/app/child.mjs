// A utility process: says what it was given, echoes, and ends when it is told to.
process.stdout.write(`child ${process.argv.slice(2).join(' ')} ${process.env['CONTRACT_CHILD'] ?? 'none'}\n`)
process.parentPort.on('message', ({ data }) => {
  if (data === 'end') process.exit(7)
  process.parentPort.postMessage({ echoed: data, type: process.type })
})
