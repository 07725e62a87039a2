/* global postMessage */
globalThis.onmessage = ({ data }) => postMessage(data * 2)
