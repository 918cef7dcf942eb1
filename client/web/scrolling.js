/** Where the reader is in the page: stays at the end while the end is in sight, and keeps the place otherwise. */

const NEAR_PX = 80;

export class Scrolling {
  #page;
  #following = true;

  /**
   * @param {HTMLElement} page
   * @param {() => void} reachedTop
   * @param {(following: boolean) => void} moved
   */
  constructor(page, reachedTop, moved) {
    this.#page = page;
    page.addEventListener(
      "scroll",
      () => {
        const { scrollTop, scrollHeight, clientHeight } = page;
        this.#following = scrollHeight - scrollTop - clientHeight < NEAR_PX;
        moved(this.#following);
        if (scrollTop < NEAR_PX && scrollHeight > clientHeight) reachedTop();
      },
      { passive: true },
    );
    // The page also becomes shorter, when the field below it grows or a keyboard opens.
    new ResizeObserver(() => this.#following && this.toEnd()).observe(page);
  }

  toEnd() {
    this.#following = true;
    this.#page.scrollTop = this.#page.scrollHeight;
  }

  /**
   * Draws, and keeps what is read where it is: the end at the end, or the distance to the end as lines come above.
   *
   * @param {boolean} above whether what is drawn comes above what is read
   * @param {() => void} draw
   */
  keeping(above, draw) {
    const fromEnd = this.#page.scrollHeight - this.#page.scrollTop;
    draw();
    if (this.#following) this.toEnd();
    else if (above) this.#page.scrollTop = this.#page.scrollHeight - fromEnd;
  }
}
