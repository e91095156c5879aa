import { inStopOrder } from './stop-order.mjs'

/** @typedef {import('../processes/service.mjs').Service} Service */

/**
 * Everything that this start has running, so that it can be stopped in order at any moment, also half-way up.
 */
export class Roster {
  /** @type {Set<Service>} */
  #services = new Set()
  #stopping = new AbortController()

  /** Aborted when the platform is to come down: whoever waits or works towards it coming up gives up then. */
  get stopping() {
    return this.#stopping.signal
  }

  /**
   * @template {Service} S
   * @param {S} service
   * @returns {S}
   */
  add(service) {
    this.#services.add(service)
    void service.exited.then(() => this.#services.delete(service))
    return service
  }

  /** @type {Error | undefined} */
  #failure

  /** Why the platform has to come down, if not because somebody asked for it. */
  get failure() {
    return this.#failure
  }

  /**
   * Begins the stop because something failed. What fails later, fails because everything stops.
   * @param {Error} error
   */
  fail(error) {
    if (!this.stopping.aborted) this.#failure = error
    this.beginStop()
  }

  /** Begins the stop; `stopAll` carries it out once nobody starts anything any more. */
  beginStop() {
    this.#stopping.abort(new Stopped())
  }

  async stopAll() {
    this.beginStop()
    for (const group of inStopOrder([...this.#services])) await Promise.all(group.map((service) => service.stop()))
  }
}

/** Why something was not done: the platform was told to stop. */
export class Stopped extends Error {}
