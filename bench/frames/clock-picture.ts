// A picture that shows the time it was drawn, and how old it is where it arrives: 32 big squares are the bits of the
// clock in milliseconds, so that any codec carries them.
const width = 640
const height = 360
const square = 80
const perRow = 8
const bits = 32
/** Ages beyond this are a square that was read wrongly, not a delay. */
const plausibleMs = 5_000

function canvasOf(columns: number, rows: number) {
  const element = document.createElement('canvas')
  element.width = columns
  element.height = rows
  const brush = element.getContext('2d', { willReadFrequently: true })
  if (!brush) throw new Error('no canvas here')
  return { element, brush }
}

/** A track of 30 pictures a second. */
export function clockTrack(): { readonly track: MediaStreamTrack; stop(): void } {
  const { element, brush } = canvasOf(width, height)
  const draw = (): void => {
    const now = Math.round(performance.now()) >>> 0
    brush.fillStyle = '#777'
    brush.fillRect(0, 0, width, height)
    for (let bit = 0; bit < bits; bit++) {
      brush.fillStyle = (now >>> bit) & 1 ? '#fff' : '#000'
      brush.fillRect((bit % perRow) * square, Math.floor(bit / perRow) * square, square, square)
    }
  }
  draw()
  const timer = setInterval(draw, 33)
  const [track] = element.captureStream(30).getVideoTracks()
  if (!track) throw new Error('a canvas without a track')
  return { track, stop: () => clearInterval(timer) }
}

/** Plays a track and notes the age of each picture in milliseconds. */
export function watchAges(track: MediaStreamTrack): { readonly ages: number[]; stop(): void } {
  const ages: number[] = []
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = new MediaStream([track])
  document.body.append(video)
  void video.play()
  // One pixel in the middle of each square.
  const scale = 10
  const { brush } = canvasOf(width / scale, height / scale)
  const look = (): void => {
    brush.drawImage(video, 0, 0, width / scale, height / scale)
    const now = performance.now()
    const { data } = brush.getImageData(0, 0, width / scale, height / scale)
    let drawn = 0
    for (let bit = 0; bit < bits; bit++) {
      const x = ((bit % perRow) * square + square / 2) / scale
      const y = (Math.floor(bit / perRow) * square + square / 2) / scale
      if ((data[(y * (width / scale) + x) * 4] ?? 0) > 128) drawn |= 1 << bit
    }
    const age = now - (drawn >>> 0)
    if (age >= 0 && age < plausibleMs) ages.push(age)
    video.requestVideoFrameCallback(look)
  }
  video.requestVideoFrameCallback(look)
  return {
    ages,
    stop() {
      video.srcObject = null
      video.remove()
    },
  }
}
