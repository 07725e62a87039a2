/* global window, document, Worker */
window.apiWasThere = typeof window.api === 'object'
window.violations = []
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(event.violatedDirective),
)
const workers = window.trustedTypes.createPolicy('contract', { createScriptURL: (url) => url })
window.work = (value) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(workers.createScriptURL('worker.js'), { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = (event) => reject(new Error(event.message))
    worker.postMessage(value)
  })
document.querySelector('#share').addEventListener('click', () => {
  window.shared = navigator.mediaDevices.getDisplayMedia({ video: true }).then(
    (stream) => stream.getVideoTracks()[0].readyState,
    (error) => error.name,
  )
})
