/** Where a picture lies within its frame: how much larger than fitting, and how far off the middle, in pixels. */
const LARGEST = 8

export class Zoom {
  scale = 1
  x = 0
  y = 0

  /** @param {number} factor @param {{x: number, y: number}} [at] what stays in place, from the frame's middle */
  by(factor, at = { x: 0, y: 0 }) {
    const scale = Math.min(LARGEST, Math.max(1, this.scale * factor))
    const grown = scale / this.scale
    this.x = at.x - (at.x - this.x) * grown
    this.y = at.y - (at.y - this.y) * grown
    this.scale = scale
  }

  /** No edge of the picture comes further in than the frame's. @param {{width: number, height: number}} picture unscaled @param {{width: number, height: number}} frame */
  hold(picture, frame) {
    const reach = (inner, outer) => Math.max(0, (inner * this.scale - outer) / 2)
    const within = (value, most) => Math.min(most, Math.max(-most, value))
    this.x = within(this.x, reach(picture.width, frame.width))
    this.y = within(this.y, reach(picture.height, frame.height))
  }

  move(x, y) {
    this.x += x
    this.y += y
  }

  reset() { Object.assign(this, { scale: 1, x: 0, y: 0 }) }

  get css() { return `translate(${this.x}px, ${this.y}px) scale(${this.scale})` }
}
