// Owns the event object that Electron hands to listeners as their first argument.

class HostEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

/** An event with the given details, shaped as `Electron.Event<Details>`. */
export function hostEvent<Details extends object>(details: Details = {} as Details): HostEvent & Details {
  return Object.assign(new HostEvent(), details)
}
